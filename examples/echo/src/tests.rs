use super::*;

#[tokio::test]
async fn every_client_gets_back_what_it_sent() {
    let servers = serve().await.expect("ports are free");
    for client in [TcpClient::pooled(servers.tcp), TcpClient::unpooled(servers.tcp)] {
        for _ in 0..2 {
            assert_eq!(&client.call().await.expect("an answer"), MESSAGE);
        }
    }
    for client in [HttpClient::pooled(servers.http), HttpClient::unpooled(servers.http)] {
        assert_eq!(&client.call().await.expect("an answer")[..], MESSAGE);
    }
}

#[tokio::test]
async fn both_handlers_answer() {
    for router in [router(), blocking_router()] {
        assert_eq!(&call_router(router).await.expect("an answer")[..], MESSAGE);
    }
}
