//! Guardianships between two rows of one chunk, which is where families mostly
//! stand: they are written with the people themselves.

use std::collections::{BTreeMap, BTreeSet};

use domain::directory::User;
use domain::ids::UserId;
use domain::import::ImportRow;
use domain::people::{MAX_CHILDREN, MAX_GUARDIANS};
use store::import_people::Stamped;

type Relations = BTreeMap<UserId, BTreeSet<UserId>>;

/// Who is whose guardian among the rows of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Kin {
    children: Relations,
    guardians: Relations,
}

impl Kin {
    /// The pairs of a chunk, less those of people who would come to too many:
    /// these are left to the stage that tells the row so.
    pub(crate) fn of(rows: &[ImportRow], people: &BTreeMap<UserId, Stamped>) -> Self {
        let here: BTreeSet<&UserId> = rows.iter().map(|row| &row.id).collect();
        let pairs = rows.iter().flat_map(|row| {
            let children = row.guardian_of.iter();
            children.map(|child| (row.id.clone(), child.clone()))
        });
        let pairs: Vec<(UserId, UserId)> =
            pairs.filter(|(_, child)| here.contains(child)).collect();
        let all = Self::from_pairs(pairs.iter());
        let fits = |(guardian, child): &&(UserId, UserId)| {
            let of = |id: &UserId| people.get(id).map(|found| &found.user);
            total(
                &all.children,
                guardian,
                of(guardian).map(|user| &user.children),
            ) <= MAX_CHILDREN
                && total(&all.guardians, child, of(child).map(|user| &user.guardians))
                    <= MAX_GUARDIANS
        };
        Self::from_pairs(pairs.iter().filter(fits))
    }

    fn from_pairs<'a>(pairs: impl Iterator<Item = &'a (UserId, UserId)>) -> Self {
        let mut kin = Self::default();
        for (guardian, child) in pairs {
            let children = kin.children.entry(guardian.clone()).or_default();
            children.insert(child.clone());
            let guardians = kin.guardians.entry(child.clone()).or_default();
            guardians.insert(guardian.clone());
        }
        kin
    }

    /// Adds a person's relations; whether that changed anything.
    pub(crate) fn add_to(&self, user: &mut User) -> bool {
        let before = user.children.len() + user.guardians.len();
        let children = self.children.get(&user.id).into_iter().flatten();
        user.children.extend(children.cloned());
        let guardians = self.guardians.get(&user.id).into_iter().flatten();
        user.guardians.extend(guardians.cloned());
        user.children.len() + user.guardians.len() > before
    }

    /// Rows with a guardianship that is left to the later stage.
    pub(crate) fn open(&self, rows: &[ImportRow]) -> usize {
        let none = BTreeSet::new();
        let open = |row: &&ImportRow| {
            let written = self.children.get(&row.id).unwrap_or(&none);
            !row.guardian_of.is_subset(written)
        };
        rows.iter().filter(open).count()
    }
}

/// How many relations a person will have.
fn total(new: &Relations, id: &UserId, known: Option<&BTreeSet<UserId>>) -> usize {
    let new = new.get(id).into_iter().flatten();
    let known = known.into_iter().flatten();
    new.chain(known).collect::<BTreeSet<_>>().len()
}
