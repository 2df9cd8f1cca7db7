//! Workers whose operations take as long as a test says, on a clock that nothing else moves. Main type: [`World`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use crate::clock::Clock;
use crate::model::{
    ArmInfo, Basis, Calibration, Canary, DropPolicy, Errors, Failure, FailureKind, Histogram, Kind,
    LoadOrder, LoadTrial, Location, LoopTrace, Memory, Params, Placement, Rate, Regime, Shape, Side, Turn,
    TurnPlan, plain,
};
use crate::plan::{Arm, GroupCase, Plan};
use crate::worker::{
    ArmOrder, Launcher, MemoryOrder, Once, PreparedArm, RoundSetback, Setback, TraceOrder, Worker,
};

/// An arm with default settings. Its id is `p::b::` and the name.
pub(crate) fn arm(name: &str) -> Arm {
    Arm {
        id: plain::id("p", "b", name),
        name: name.into(),
        kind: Kind::Core,
        tags: Vec::new(),
        is_reference: false,
        location: Location::new("benches/b.rs", 1, 1),
        limits: Vec::new(),
        settings: plain::settings(),
        skip: None,
        fixture: None,
        side: Side::This,
    }
}

/// A case of these arms.
pub(crate) fn case(arms: impl IntoIterator<Item = Arm>) -> GroupCase {
    GroupCase { group: Some("g".into()), params: Params::default(), arms: arms.into_iter().collect() }
}

/// A failure of this kind.
pub(crate) fn failed(kind: FailureKind) -> Setback {
    Setback::Failed(Failure::new(kind, "as scripted"))
}

/// A case of these arms and of the same in another program.
pub(crate) fn beside(arms: impl IntoIterator<Item = Arm>) -> GroupCase {
    let mut plan = Plan { cases: vec![case(arms)], ..Plan::default() };
    let names: Vec<String> = plan.cases[0].arms.iter().map(|arm| arm.id.to_string()).collect();
    plan.beside(&names.iter().map(String::as_str).collect());
    plan.cases.remove(0)
}

/// What a worker can be scripted to fail in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Launch,
    Prepare,
    Once,
    Calibrate,
    Round,
    Memory,
    Load,
    Finish,
}

/// What an arm does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Op {
    /// Time of an iteration.
    pub(crate) takes: Duration,
    /// What calibration says of it, if that is not the truth.
    pub(crate) calibrated_as: Option<Duration>,
    /// Its answer.
    pub(crate) answer: Option<String>,
    /// What calls leave behind.
    pub(crate) end_state: Option<String>,
    /// The errors that a single call returns.
    pub(crate) errors: Errors,
    /// What it does with memory, if that can be counted.
    pub(crate) memory: Option<Memory>,
    /// Up to so many operations per second take a millisecond each; with more, a second.
    pub(crate) capacity: f64,
    /// So many operations per second can be started in time; with more, they start as late as they end.
    pub(crate) generated: f64,
    /// What it runs on, launch by launch; as in the last one from then on.
    pub(crate) bases: Vec<Basis>,
}

impl Default for Op {
    fn default() -> Self {
        Self {
            takes: Duration::from_micros(2),
            calibrated_as: None,
            answer: None,
            end_state: None,
            errors: Errors::default(),
            memory: None,
            capacity: f64::INFINITY,
            generated: f64::INFINITY,
            bases: Vec::new(),
        }
    }
}

/// Clock, launcher and arms of a test; clones are the same world.
#[derive(Clone, Default)]
pub(crate) struct World(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    now: Duration,
    launches: u32,
    launch_takes: Duration,
    in_process: bool,
    cannot_pin: bool,
    first_takes: Option<(u32, f64)>,
    turns: u32,
    ops: BTreeMap<String, Op>,
    script: BTreeMap<(Step, String, u32), Setback>,
    log: Vec<String>,
}

impl World {
    /// Says what the arm of this name does.
    pub(crate) fn op(self, name: &str, op: Op) -> Self {
        self.0.borrow_mut().ops.insert(name.into(), op);
        self
    }

    /// Says how long an iteration of this arm takes.
    pub(crate) fn takes(self, name: &str, takes: Duration) -> Self {
        self.op(name, Op { takes, ..Op::default() })
    }

    /// Says what this arm answers.
    pub(crate) fn answers(self, name: &str, answer: &str) -> Self {
        self.op(name, Op { answer: Some(answer.into()), ..Op::default() })
    }

    /// Says that the arm (or, where none is driven, nobody: an empty name) meets a setback in the worker of this
    /// number, counting from 0.
    pub(crate) fn script(self, step: Step, name: &str, launch: u32, setback: Setback) -> Self {
        self.0.borrow_mut().script.insert((step, name.into(), launch), setback);
        self
    }

    /// Says how long it takes to launch a worker.
    pub(crate) fn launch_takes(self, takes: Duration) -> Self {
        self.0.borrow_mut().launch_takes = takes;
        self
    }

    /// Workers are in this process.
    pub(crate) fn in_process(self) -> Self {
        self.0.borrow_mut().in_process = true;
        self
    }

    /// Workers are not pinned whatever they are told.
    pub(crate) fn without_pinning(self) -> Self {
        self.0.borrow_mut().cannot_pin = true;
        self
    }

    /// Says that whoever goes first in a round of so many arms takes so many times as long as otherwise.
    pub(crate) fn first_takes(self, arms: u32, factor: f64) -> Self {
        self.0.borrow_mut().first_takes = Some((arms, factor));
        self
    }

    /// What was done so far, in words.
    pub(crate) fn log(&self) -> Vec<String> {
        self.0.borrow().log.clone()
    }

    fn note(&self, words: String) {
        self.0.borrow_mut().log.push(words);
    }

    fn pass(&self, time: Duration) {
        self.0.borrow_mut().now += time;
    }

    fn meet(&self, step: Step, name: &str, launch: u32) -> Result<(), Setback> {
        let setback = self.0.borrow().script.get(&(step, name.to_owned(), launch)).cloned();
        setback.map_or(Ok(()), Err)
    }

    /// How many times as long as otherwise the turn takes that begins now.
    fn next_turn_takes(&self) -> f64 {
        let mut state = self.0.borrow_mut();
        state.turns += 1;
        let first = state.first_takes.filter(|(arms, _)| state.turns % arms == 1);
        first.map_or(1.0, |(_, factor)| factor)
    }

    fn op_of(&self, name: &str) -> Op {
        self.0.borrow().ops.get(name).cloned().unwrap_or_default()
    }
}

impl Clock for World {
    fn now(&self) -> Duration {
        self.0.borrow().now
    }
}

impl Launcher for World {
    fn launch(&mut self, core: Option<u32>, side: Side) -> Result<Box<dyn Worker>, Setback> {
        let launch = self.0.borrow().launches;
        self.0.borrow_mut().launches += 1;
        let whose = if side == Side::Other { " of the other" } else { "" };
        let on = core.map_or(String::new(), |core| format!(" on {core}"));
        self.note(format!("launch {launch}{whose}{on}"));
        let takes = self.0.borrow().launch_takes;
        self.pass(takes);
        self.meet(Step::Launch, "", launch)?;
        let core = core.filter(|_| !self.0.borrow().cannot_pin);
        Ok(Box::new(FakeWorker { world: self.clone(), launch, core, side, arms: Vec::new() }))
    }

    fn placement(&self) -> Placement {
        if self.0.borrow().in_process { Placement::InProcess } else { Placement::Shared }
    }

    fn placement_reason(&self) -> Option<String> {
        self.0.borrow().in_process.then(|| "the world is small".to_owned())
    }
}

struct FakeWorker {
    world: World,
    launch: u32,
    core: Option<u32>,
    side: Side,
    arms: Vec<String>,
}

impl FakeWorker {
    fn step(&self, step: Step, name: &str) -> Result<(), Setback> {
        self.world.note(format!("{step:?} {name}").trim().to_lowercase());
        self.world.meet(step, name, self.launch)
    }

    fn turn(&self, name: &str, plan: &TurnPlan) -> Turn {
        let takes = self.world.op_of(name).takes.mul_f64(self.world.next_turn_takes());
        let started_ns = self.world.now().as_nanos() as u64;
        self.world.pass(takes * (plan.discard + u64::from(plan.samples) * plan.iterations) as u32);
        let canary = (plan.canary > 0).then(Canary::default);
        let samples = vec![takes.as_nanos() as f64; plan.samples as usize];
        Turn { started_ns, samples, canary, ..Turn::default() }
    }
}

impl Worker for FakeWorker {
    fn prepare(&mut self, arm: &ArmOrder) -> Result<PreparedArm, Setback> {
        // What the other side has is told apart by a mark: `a'`.
        let mark = if self.side == Side::Other { "'" } else { "" };
        let name = arm.id.rsplit("::").next().unwrap_or_default().to_owned() + mark;
        self.step(Step::Prepare, &name)?;
        let op = self.world.op_of(&name);
        let basis = op.bases.get(self.launch as usize).or(op.bases.last()).cloned().unwrap_or_default();
        self.arms.push(name);
        let info =
            ArmInfo { shape: Shape::Serial, drop: DropPolicy::Untimed, has_answer: op.answer.is_some() };
        Ok(PreparedArm { info, basis })
    }

    fn once(&mut self, arm: usize) -> Result<Once, Setback> {
        self.step(Step::Once, &self.arms[arm])?;
        let op = self.world.op_of(&self.arms[arm]);
        self.world.pass(op.takes);
        Ok(Once { answer: op.answer, end_state: op.end_state, errors: op.errors, elapsed: op.takes })
    }

    fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback> {
        self.step(Step::Calibrate, &self.arms[arm])?;
        let op = self.world.op_of(&self.arms[arm]);
        Ok(calibration(op.calibrated_as.unwrap_or(op.takes)))
    }

    fn round(&mut self, turns: &[(usize, TurnPlan)]) -> Result<Vec<Turn>, RoundSetback> {
        let names: Vec<&str> = turns.iter().map(|(arm, _)| self.arms[*arm].as_str()).collect();
        self.world.note(format!("round {}", names.join(" ")));
        let of_arm = |(arm, plan): &(usize, TurnPlan)| {
            let name = &self.arms[*arm];
            let met = self.world.meet(Step::Round, name, self.launch);
            met.map(|()| self.turn(name, plan)).map_err(|setback| RoundSetback { arm: *arm, setback })
        };
        turns.iter().map(of_arm).collect()
    }

    fn memory(&mut self, arm: usize, _order: &MemoryOrder) -> Result<Result<Memory, String>, Setback> {
        self.step(Step::Memory, &self.arms[arm])?;
        Ok(self.world.op_of(&self.arms[arm]).memory.ok_or_else(|| "it is not counted".to_owned()))
    }

    fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Setback> {
        let name = &self.arms[arm];
        self.world.meet(Step::Load, name, self.launch)?;
        self.world.note(format!("load {name}"));
        self.world.pass(order.length);
        Ok(self.world.op_of(name).under(order))
    }

    fn trace(&mut self, _arm: usize, _order: &TraceOrder) -> Result<Result<LoopTrace, String>, Setback> {
        Ok(Err("a plain routine is not traced".to_owned()))
    }

    fn core(&self) -> Option<u32> {
        self.core
    }

    fn finish(self: Box<Self>) -> Result<(), Setback> {
        self.step(Step::Finish, "")
    }
}

impl Op {
    /// What it shows in a trial.
    fn under(&self, order: &LoadOrder) -> LoadTrial {
        let rate = order.load.rate.map_or(1.0, Rate::value);
        let due = ((rate * order.length.as_secs_f64()) as u64).max(1);
        let latency = if rate <= self.capacity.min(self.generated) { 1_000_000 } else { 1_000_000_000 };
        let lateness = if rate <= self.generated { 1_000 } else { latency };
        LoadTrial {
            length_ns: order.length.as_nanos() as u64,
            completed: due,
            due,
            latency: Histogram::of([(latency, due)]),
            lateness: Histogram::of([(lateness, due)]),
            ..LoadTrial::default()
        }
    }
}

/// What an honest calibration says of an operation that takes this long.
fn calibration(takes: Duration) -> Calibration {
    let ns = takes.as_nanos() as u64;
    let (regime, iterations) = match ns {
        0..1_000 => (Regime::Tiny, 30_000 / ns.max(1)),
        1_000..10_000 => (Regime::Short, 100_000 / ns),
        10_000..100_000 => (Regime::Medium, 100_000 / ns),
        100_000..5_000_000 => (Regime::Long, 1),
        5_000_000..=100_000_000 => (Regime::Slow, 1),
        _ => (Regime::VerySlow, 1),
    };
    Calibration { regime, iterations, iteration_ns: ns as f64, first_call_ns: ns as f64 }
}
