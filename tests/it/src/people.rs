//! Made-up particulars.

/// A number from the range that is reserved for drama, made of a name.
pub fn phone(id: &str) -> String {
    let sum = id
        .bytes()
        .fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 100_000);
    format!("+4477009{sum:05}")
}
