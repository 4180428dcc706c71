//! How stories talk to a stack: a world with people in it, who speak HTTP and
//! frames, and whose mail can be looked into. Nothing here reaches behind the
//! doors that a client, a provider or an operator has.

mod actor;
mod answer;
mod invariants;
pub mod people;
mod socket;
mod world;

pub use actor::Actor;
pub use answer::Answer;
pub use socket::Socket;
pub use world::{Builder, World};
