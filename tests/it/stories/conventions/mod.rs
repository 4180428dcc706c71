//! What every route does alike.

mod bodies;
mod browsers;
mod documents;
mod idempotency;
mod limits;
mod operations;
mod paging;
mod problems;
mod samples;
mod samples_approvals;
mod samples_chat;

use it::{Actor, World};

/// A school with a student and a head.
async fn school() -> (World, Actor, Actor) {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    (world, head, mia)
}
