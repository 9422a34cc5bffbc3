//! What a workspace may be called.

/// The longest name, in characters.
pub const NAME: usize = 80;
/// The longest name in addresses.
pub const SLUG: usize = 48;

/// First parts of addresses that belong to the server or the web app: a workspace of that name could not be reached.
const RESERVED: &[&str] = &[
    "404",
    "account",
    "accounts",
    "admin",
    "api",
    "assets",
    "auth",
    "billing",
    "create-workspace",
    "docs",
    "error",
    "favicon",
    "files",
    "forgot",
    "god-mode",
    "healthz",
    "help",
    "installations",
    "invitations",
    "invite",
    "login",
    "logout",
    "magic-sign-in",
    "mcp",
    "metrics",
    "monitor",
    "oauth",
    "onboarding",
    "profile",
    "public",
    "readyz",
    "reset",
    "reset-password",
    "robots",
    "settings",
    "setup",
    "share",
    "sign-in",
    "sign-up",
    "signin",
    "signup",
    "spaces",
    "static",
    "status",
    "support",
    "upgrade",
    "verify",
    "workspace-invitations",
];

/// Whether a workspace may have this name in addresses; if not, why.
pub fn check_slug(slug: &str) -> Result<(), &'static str> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if slug.is_empty() || slug.len() > SLUG || !slug.chars().all(is_plain) {
        return Err("Use 1 to 48 letters, digits, hyphens and underscores.");
    }
    let small = slug.to_ascii_lowercase();
    if RESERVED.contains(&small.as_str()) {
        return Err("This word belongs to the server: choose another.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_can_stand_in_addresses() {
        for good in ["acme", "Acme-2", "a_b", "7"] {
            assert_eq!(check_slug(good), Ok(()), "{good}");
        }
        for bad in ["", "a b", "a/b", "ä", "api", "Setup", "a.b", &"a".repeat(49)] {
            assert!(check_slug(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_reserved_word_could_be_a_slug() {
        assert!(RESERVED.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')));
        assert!(RESERVED.is_sorted());
    }
}
