//! What must never stand in a mail header or a title: a line break or another
//! control character would start a header of the author's choosing, and a
//! direction override shows one thing and says another.

/// The first character that has no place in a header, with its byte offset.
pub fn header_fault(text: &str) -> Option<(usize, char)> {
    text.char_indices()
        .find(|(_, character)| is_unfit(*character))
}

fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether a sender name can stand before an address: no controls and nothing
/// that could close the quotation or begin another address.
pub fn is_sender_name(name: &str) -> bool {
    header_fault(name).is_none()
        && !name.contains(['"', '<', '>', '\\'])
        && (1..=100).contains(&name.chars().count())
}
