//! When something goes out.

use crate::problem::Problem;
use crate::time::{Timestamp, plus_seconds};

/// Days ahead for which something may be scheduled: a year.
pub const MAX_AHEAD: i64 = 366;
/// Seconds by which a time may have passed while the request was on its way.
const JUST_PASSED: i64 = 60;

/// A time to send at: in the future, and not too far. What has just passed goes
/// out at once, like what has no time.
pub fn send_at(at: Option<Timestamp>, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    let Some(at) = at else { return Ok(None) };
    if at < plus_seconds(now, -JUST_PASSED) {
        let message = "This time has passed.";
        return Err(Problem::invalid("send_at", "in_the_past", message));
    }
    if at > plus_seconds(now, MAX_AHEAD * 86_400) {
        let message = format!("At most {MAX_AHEAD} days ahead.");
        return Err(Problem::invalid("send_at", "too_far", message));
    }
    Ok((at > now).then_some(at))
}
