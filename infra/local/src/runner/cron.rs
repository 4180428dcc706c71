//! `rate(…)` and `cron(…)`, in UTC, as EventBridge writes them.

use domain::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};

/// When something happens again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recurrence {
    Every(SignedDuration),
    Cron(Box<Cron>),
}

/// Minute, hour, day of month, month, day of week, year; `None` is any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron([Option<Vec<i16>>; 6]);

const BOUNDS: [(i16, i16); 6] = [(0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199)];
const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/// A cron expression that names nothing in four years never fires.
const HORIZON_DAYS: i64 = 4 * 366;

impl Recurrence {
    pub(super) fn parse(expression: &str) -> Result<Self, String> {
        let unclear = || {
            format!("{expression:?} is not a schedule such as rate(1 minute) or cron(0 8 * * ? *).")
        };
        let (kind, inner) = expression
            .strip_suffix(')')
            .and_then(|text| text.split_once('('))
            .ok_or_else(unclear)?;
        match kind {
            "rate" => {
                let (count, unit) = inner.split_once(' ').ok_or_else(unclear)?;
                let count: i64 = count
                    .parse()
                    .ok()
                    .filter(|count| *count > 0)
                    .ok_or_else(unclear)?;
                let seconds = match unit.trim_end_matches('s') {
                    "minute" => 60,
                    "hour" => 3_600,
                    "day" => 86_400,
                    _ => return Err(unclear()),
                };
                Ok(Self::Every(SignedDuration::from_secs(count * seconds)))
            }
            "cron" => Cron::parse(inner)
                .map(|cron| Self::Cron(Box::new(cron)))
                .ok_or_else(unclear),
            _ => Err(unclear()),
        }
    }

    /// The first occurrence after `after`.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(period) => after.checked_add(*period).ok(),
            Self::Cron(cron) => cron.next(after),
        }
    }
}

impl Cron {
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let fields: [&str; 6] = fields.try_into().ok()?;
        let mut parsed: [Option<Vec<i16>>; 6] = Default::default();
        for (index, field) in fields.into_iter().enumerate() {
            parsed[index] = values(field, index)?;
        }
        Some(Self(parsed))
    }

    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let start = after.to_zoned(TimeZone::UTC).datetime();
        let mut day = start.date();
        for _ in 0..HORIZON_DAYS {
            if self.fits(3, i16::from(day.month()))
                && self.fits(5, day.year())
                && self.fits_day(day.day(), day.weekday())
            {
                let found = self
                    .minutes()
                    .map(|(hour, minute)| day.at(hour, minute, 0, 0))
                    .find(|at| *at > start);
                if let Some(found) = found {
                    return instant(found);
                }
            }
            day = day.checked_add(Span::new().days(1)).ok()?;
        }
        None
    }

    fn minutes(&self) -> impl Iterator<Item = (i8, i8)> {
        (0..24i8)
            .filter(|hour| self.fits(1, i16::from(*hour)))
            .flat_map(|hour| (0..60i8).map(move |minute| (hour, minute)))
            .filter(|(_, minute)| self.fits(0, i16::from(*minute)))
    }

    fn fits_day(&self, day: i8, weekday: Weekday) -> bool {
        self.fits(2, i16::from(day)) && self.fits(4, i16::from(weekday.to_sunday_one_offset()))
    }

    fn fits(&self, field: usize, value: i16) -> bool {
        self.0[field]
            .as_ref()
            .is_none_or(|values| values.contains(&value))
    }
}

fn instant(at: DateTime) -> Option<Timestamp> {
    at.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// `Some(None)` is any value; `None` is a field that is not understood.
fn values(field: &str, index: usize) -> Option<Option<Vec<i16>>> {
    if field == "*" || field == "?" {
        return Some(None);
    }
    let (low, high) = BOUNDS[index];
    let number = |text: &str| {
        let upper = text.to_uppercase();
        let named = match index {
            3 => MONTHS.iter().position(|name| *name == upper),
            4 => DAYS.iter().position(|name| *name == upper),
            _ => None,
        };
        let named = named.and_then(|at| i16::try_from(at + 1).ok());
        named
            .or_else(|| text.parse().ok())
            .filter(|value| (low..=high).contains(value))
    };
    let mut all = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step: &usize| *step > 0)?),
            None => (part, 0),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from)?, number(to)?),
            None if range == "*" => (low, high),
            None => (number(range)?, if step > 0 { high } else { number(range)? }),
        };
        all.extend((from..=to).step_by(step.max(1)));
    }
    Some(Some(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, after: &str) -> String {
        let recurrence = Recurrence::parse(expression).unwrap();
        recurrence.next(after.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn rates_and_crons() {
        assert_eq!(
            next("rate(1 minute)", "2026-03-01T10:00:30Z"),
            "2026-03-01T10:01:30Z"
        );
        assert_eq!(
            next("rate(2 days)", "2026-03-01T10:00:00Z"),
            "2026-03-03T10:00:00Z"
        );
        assert_eq!(
            next("cron(0 8 * * ? *)", "2026-03-01T10:00:00Z"),
            "2026-03-02T08:00:00Z"
        );
        assert_eq!(
            next("cron(0/15 9-17 ? * MON-FRI *)", "2026-03-06T17:46:00Z"),
            "2026-03-09T09:00:00Z"
        );
        assert_eq!(
            next("cron(30 6 1 JAN,JUL ? *)", "2026-03-01T00:00:00Z"),
            "2026-07-01T06:30:00Z"
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for wrong in [
            "rate(0 minutes)",
            "rate(1 fortnight)",
            "cron(0 25 * * ? *)",
            "cron(1 2 3)",
            "daily",
        ] {
            assert!(Recurrence::parse(wrong).is_err(), "{wrong}");
        }
    }
}
