//! A run of days, as statistics are asked for.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// Days of a period that nobody named.
const DEFAULT_DAYS: i64 = 30;
/// Days that one question may be about.
const MAX_DAYS: i32 = 366;

/// From the first to the last day, both included, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl Period {
    /// The period that was asked for; the last thirty days where nothing was.
    pub fn asked(from: Option<Date>, to: Option<Date>, now: Timestamp) -> Result<Self, Problem> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
        let from = from.unwrap_or_else(|| to.saturating_sub((DEFAULT_DAYS - 1).days()));
        let period = Self { from, to };
        let problem =
            |code, text: String| Err(Problem::new(Code::BadQuery).field("from", code, text));
        if from > to {
            return problem("out_of_order", "from must not be after to.".to_owned());
        }
        if period.length() > MAX_DAYS {
            return problem("too_long", format!("A period has at most {MAX_DAYS} days."));
        }
        Ok(period)
    }

    fn length(&self) -> i32 {
        self.from
            .until(self.to)
            .map_or(i32::MAX, |span| span.get_days())
            .saturating_add(1)
    }

    /// Every day, in order.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while({
            let to = self.to;
            move |day| *day <= to
        })
    }

    /// The first instant and the last.
    pub fn instants(&self) -> (Timestamp, Timestamp) {
        let start = |day: Date| {
            day.to_zoned(TimeZone::UTC)
                .map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
        };
        let behind = start(self.to.tomorrow().unwrap_or(self.to));
        let last = behind
            .checked_sub(jiff::SignedDuration::from_millis(1))
            .unwrap_or(behind);
        (start(self.from), last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<Date> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_period_is_thirty_days_unless_named_and_a_year_at_most() {
        let now = "2026-03-31T12:00:00Z".parse().unwrap();
        let period = Period::asked(None, None, now).unwrap();
        assert_eq!(period.days().count(), 30);
        assert_eq!(Some(period.to), date("2026-03-31"));
        let one = Period::asked(date("2026-03-01"), date("2026-03-01"), now).unwrap();
        assert_eq!(one.days().count(), 1);
        assert_eq!(one.instants().1.to_string(), "2026-03-01T23:59:59.999Z");
        assert!(Period::asked(date("2025-03-30"), date("2026-03-31"), now).is_err());
        assert!(Period::asked(date("2025-03-31"), date("2026-03-31"), now).is_ok());
        assert!(Period::asked(date("2026-03-02"), date("2026-03-01"), now).is_err());
    }
}
