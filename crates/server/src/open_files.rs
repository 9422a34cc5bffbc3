//! How many files and connections the system lets this process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is left for the database, uploads, jobs and logs.
const OTHERS: usize = 256;

/// Asks the system for as many as it gives, and says for how many connections there is room, of as many as are wanted.
pub(crate) fn room_for(wanted: usize) -> usize {
    let allowed = getrlimit(Resource::Nofile);
    // Most systems begin with few, for old programs that more would break, and give more for the asking.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, maximum: allowed.maximum });
    let room = getrlimit(Resource::Nofile).current.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let room = room.saturating_sub(OTHERS).max(16);
    if room < wanted {
        tracing::warn!(
            wanted,
            room,
            "the system lets this process have too few files for all connections: raise its limit (ulimit -n, LimitNOFILE)"
        );
    }
    wanted.min(room)
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_is_room_for_some_and_never_for_more_than_are_wanted() {
        assert_eq!(super::room_for(16), 16);
        assert!(super::room_for(usize::MAX) >= 16);
        assert!(super::getrlimit(super::Resource::Nofile).current == super::getrlimit(super::Resource::Nofile).maximum);
    }
}
