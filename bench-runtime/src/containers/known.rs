//! The servers whose images, ports and greetings are known here. Main functions: [`postgres`] and its like.

use super::image::Image;
use super::ready::Ready;

/// `hello` to the database `admin`, as MongoDB's wire protocol has it.
const MONGODB: &[u8] = b"\x38\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0\
    \x23\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0\0\0";

/// Bolt with any of its versions 5.0 to 4.1.
const NEO4J: &[u8] = b"\x60\x60\xb0\x17\0\0\0\x05\0\x02\x04\x04\0\0\x01\x04\0\0\0\x03";

/// What options a server of CQL has.
const CQL: &[u8] = b"\x04\0\0\0\x05\0\0\0\0";

/// PostgreSQL, `postgres:17` unless another image is named; user `postgres`, database `postgres`.
pub fn postgres() -> Image {
    Image::known("postgres", "postgres:17", "postgres", 5432)
        .with_login("postgres", "POSTGRES_USER", "POSTGRES_PASSWORD")
        .with_data(&["/var/lib/postgresql/data"])
        .with_database("postgres")
        .with_ready(Ready::Postgres)
}

/// Redis, `redis:7` unless another image is named. It has no password, and can be reached from this machine only.
pub fn redis() -> Image {
    Image::known("redis", "redis:7", "redis", 6379)
        .with_data(&["/data"])
        .arg("--save")
        .arg("")
        .with_ready(Ready::Redis)
}

/// NATS with JetStream, `nats:2` unless another image is named. It has no password, and can be reached from this machine
/// only.
pub fn nats() -> Image {
    Image::known("nats", "nats:2", "nats", 4222).arg("-js").with_ready(Ready::Nats)
}

/// RabbitMQ, `rabbitmq:3` unless another image is named.
pub fn rabbitmq() -> Image {
    Image::known("rabbitmq", "rabbitmq:3", "amqp", 5672)
        .with_login("bench", "RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS")
        .with_data(&["/var/lib/rabbitmq"])
        .with_ready(Ready::RabbitMq)
}

/// MongoDB, `mongo:7` unless another image is named.
pub fn mongodb() -> Image {
    Image::known("mongodb", "mongo:7", "mongodb", 27017)
        .with_login("bench", "MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD")
        .with_data(&["/data/db", "/data/configdb"])
        .with_ready(Ready::Answers(MONGODB))
}

/// Neo4j, `neo4j:5` unless another image is named; its Bolt port.
pub fn neo4j() -> Image {
    Image::known("neo4j", "neo4j:5", "bolt", 7687)
        .with_joined_login("neo4j", "NEO4J_AUTH")
        .with_data(&["/data"])
        .with_ready(Ready::Answers(NEO4J))
}

/// Qdrant, `qdrant/qdrant:v1.12.4` unless another image is named; its gRPC port, and 6333 for HTTP.
pub fn qdrant() -> Image {
    Image::known("qdrant", "qdrant/qdrant:v1.12.4", "http", 6334)
        .with_password("QDRANT__SERVICE__API_KEY")
        .port(6333)
        .with_data(&["/qdrant/storage"])
        .with_ready(Ready::Listens)
}

/// ScyllaDB, `scylladb/scylla:6.2` unless another image is named; one core, without authentication, and can be reached
/// from this machine only.
pub fn scylladb() -> Image {
    Image::known("scylladb", "scylladb/scylla:6.2", "scylladb", 9042)
        .arg("--smp")
        .arg("1")
        .arg("--overprovisioned")
        .arg("1")
        .arg("--developer-mode")
        .arg("1")
        .with_ready(Ready::AnswersWith(CQL, &[b"\x84"]))
}
