//! Sockets: who gets one, what goes over it, and how it ends.

mod ends;
mod flood;
mod frames;
mod handshake;
mod vanish;

use it::{Actor, World};

/// A school with a student and a head.
async fn school() -> (World, Actor, Actor) {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    (world, head, mia)
}

/// Posts to sockets since the meter was reset.
fn posts(world: &World) -> u64 {
    let usages = world.meter().snapshot();
    let posts = usages
        .iter()
        .filter(|(name, _)| name.starts_with("connections.Post"));
    posts.map(|(_, usage)| usage.calls).sum()
}
