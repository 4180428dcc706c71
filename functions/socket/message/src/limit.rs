//! How many frames one socket may send: ten a second, twenty at once.

use domain::ids::ConnectionId;
use domain::{Caller, Code, Problem};

use crate::Message;

/// Frames in one window.
const FRAMES: u32 = 20;
const WINDOW: i64 = 2;
/// Windows overrun within a minute after which the socket is closed.
const STRIKES: u32 = 3;

/// What a frame's pace allows.
pub(crate) enum Pace {
    Fine,
    /// The first frame too many of its window: the client is told.
    Warn,
    /// Those after it: answering would cost more than the flood.
    Silent,
    /// Too many windows overrun.
    End,
}

impl Message {
    pub(crate) async fn pace(
        &self,
        who: &Caller,
        connection: &ConnectionId,
    ) -> Result<Pace, Problem> {
        let frames = format!("frames:{connection}");
        let sent = self.store.count_act(&who.tenant, &frames, WINDOW).await?;
        if sent <= FRAMES {
            return Ok(Pace::Fine);
        }
        if sent > FRAMES + 1 {
            return Ok(Pace::Silent);
        }
        let strikes = format!("strikes:{connection}");
        let strikes = self.store.count_act(&who.tenant, &strikes, 60).await?;
        Ok(if strikes >= STRIKES {
            Pace::End
        } else {
            Pace::Warn
        })
    }
}

pub(crate) fn problem() -> Problem {
    Problem::new(Code::RateLimited).detail("A socket may send ten frames a second.")
}
