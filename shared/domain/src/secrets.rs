//! What a deployment signs with. A new secret takes over while those before it
//! are still known, so that what was signed with them stays good.

use crate::digest;

/// The secret of now, and those before it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    now: String,
    before: Vec<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// Characters of the name of a secret.
const NAME: usize = 12;

impl Secrets {
    /// Signs with one, and knows the others.
    pub fn new(now: impl Into<String>, before: impl IntoIterator<Item = String>) -> Self {
        Self {
            now: now.into(),
            before: before.into_iter().collect(),
        }
    }

    /// The secrets as they stand in the settings: that of now, and those before
    /// it with commas between them.
    pub fn read(now: impl Into<String>, before: Option<&str>) -> Self {
        let before = before.unwrap_or_default().split(',').map(str::trim);
        Self::new(now, before.filter(|one| !one.is_empty()).map(str::to_owned))
    }

    /// A signature of so many characters over the parts.
    pub fn sign(&self, parts: &[&str], length: usize) -> String {
        digest::keyed(self.now.as_bytes(), parts, length)
    }

    /// Whether one of the secrets made this signature, of just so many characters:
    /// the beginning of one is none.
    pub fn signed(&self, parts: &[&str], signature: &str, length: usize) -> bool {
        self.all().any(|secret| {
            let own = digest::keyed(secret.as_bytes(), parts, length);
            digest::same(signature, &own)
        })
    }

    /// What the secret of now is called. The name does not give it away.
    pub fn name(&self) -> String {
        name(&self.now)
    }

    /// These secrets with the one of a name as that of now; nothing if none of
    /// them is called so.
    pub fn called(&self, wanted: &str) -> Option<Self> {
        let found = self.all().find(|secret| name(secret) == wanted)?;
        Some(Self::new(found, []))
    }

    /// With a new secret in front of these.
    pub fn renewed(&self, new: String) -> Self {
        Self::new(new, self.all().map(str::to_owned))
    }

    /// The settings that say them: that of now, and those before it.
    pub fn reveal(&self) -> (&str, String) {
        (&self.now, self.before.join(","))
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.now)
            .chain(&self.before)
            .map(String::as_str)
    }
}

fn name(secret: &str) -> String {
    digest::keyed(secret.as_bytes(), &["name"], NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [&str; 2] = ["cursor", "10"];

    #[test]
    fn what_was_signed_before_a_change_stays_good() {
        let old = Secrets::read("old", None);
        let signature = old.sign(&PARTS, 26);
        let new = old.renewed("new".to_owned());
        assert!(new.signed(&PARTS, &signature, 26));
        assert_ne!(new.sign(&PARTS, 26), signature);
        assert!(!old.signed(&PARTS, &new.sign(&PARTS, 26), 26));
        assert_eq!(new.reveal(), ("new", "old".to_owned()));
    }

    #[test]
    fn secrets_are_read_as_they_are_said() {
        let read = Secrets::read("c", Some(" b, a,,"));
        assert_eq!(read, Secrets::new("c", ["b".to_owned(), "a".to_owned()]));
        assert_eq!(Secrets::read("c", Some("")), Secrets::new("c", []));
    }

    #[test]
    fn the_beginning_of_a_signature_is_none() {
        let secrets = Secrets::read("s", None);
        let signature = secrets.sign(&PARTS, 26);
        for part in ["", &signature[..1], &signature[..25]] {
            assert!(!secrets.signed(&PARTS, part, 26), "{part}");
        }
    }

    #[test]
    fn a_secret_is_found_by_its_name() {
        let old = Secrets::read("old", None);
        let new = old.renewed("new".to_owned());
        assert_eq!(new.called(&old.name()), Some(old.clone()));
        assert_eq!(old.called(&new.name()), None);
    }
}
