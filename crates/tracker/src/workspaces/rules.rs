//! What names and addresses of workspaces may be.

use aileron_kernel::text;

/// The longest name, in characters.
pub const NAME: usize = aileron_kernel::limits::WORKSPACE_NAME.most;

/// The longest name in addresses, in characters.
pub const SLUG: usize = aileron_kernel::limits::WORKSPACE_SLUG.most;

/// Words that are no workspace: `/:workspace` lives at the root of the site, beside everything else.
const RESERVED: &[&str] = &[
    "404",
    "accounts",
    "admin",
    "analytics",
    "api",
    "api-docs",
    "apps",
    "assets",
    "auth",
    "automations",
    "billing",
    "changelog",
    "config",
    "create-workspace",
    "customers",
    "dashboard",
    "desktop",
    "docs",
    "drafts",
    "epics",
    "error",
    "favicon.ico",
    "forgot",
    "god-mode",
    "healthz",
    "help",
    "home",
    "import",
    "inbox",
    "initiatives",
    "installations",
    "instance",
    "instances",
    "integrations",
    "invitations",
    "invite",
    "license",
    "licenses",
    "live",
    "login",
    "logout",
    "m",
    "mcp",
    "metrics",
    "mobile",
    "notifications",
    "oauth",
    "onboarding",
    "pages",
    "plane",
    "aileron",
    "profile",
    "projects",
    "pricing",
    "public",
    "readyz",
    "register",
    "releases",
    "reset",
    "robots.txt",
    "search",
    "security",
    "settings",
    "setup",
    "share",
    "sign-in",
    "sign-out",
    "sign-up",
    "signin",
    "signout",
    "signup",
    "spaces",
    "static",
    "status",
    "support",
    "sw.js",
    "teamspaces",
    "upgrade",
    "user",
    "users",
    "well-known",
    ".well-known",
    "workflows",
    "workspace",
    "workspace-invitations",
    "workspaces",
    "ws",
];

/// Whether a name can stand in an address; if not, why.
pub fn check_slug(slug: &str) -> Result<(), String> {
    if slug.is_empty() {
        return Err("This field may not be blank.".to_owned());
    }
    if slug.chars().count() > SLUG {
        return Err(format!("Ensure this field has no more than {SLUG} characters."));
    }
    if !slug.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character)) {
        return Err("Only letters, digits, hyphens and underscores are allowed.".to_owned());
    }
    if RESERVED.contains(&text::key(slug).as_str()) {
        return Err("This slug is reserved. Choose another one.".to_owned());
    }
    Ok(())
}

/// Whether a name looks like an address, which invitations would turn into a link.
pub fn holds_address(name: &str) -> bool {
    let is_host = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some((host, end)) = bare.rsplit_once('.') else { return false };
        !host.is_empty() && end.chars().count() >= 2 && end.chars().all(char::is_alphabetic)
    };
    name.contains("://") || name.to_lowercase().contains("www.") || name.split_whitespace().any(is_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_stand_in_addresses() {
        for good in ["acme", "Acme-2", "a_b", "x"] {
            assert!(check_slug(good).is_ok(), "{good}");
        }
        let long = "x".repeat(49);
        for bad in ["", "a b", "ümlaut", "a/b", "..", "a.b", "API", "god-mode", "healthz", "mcp", "a\u{0}", long.as_str()] {
            assert!(check_slug(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_hold_no_address() {
        for bad in ["Win at https://x.test", "visit evil.example now", "www.evil", "(evil.com)"] {
            assert!(holds_address(bad), "{bad}");
        }
        for good in ["Acme Inc.", "Team 2.0", "St. John", "R&D", "a...b"] {
            assert!(!holds_address(good), "{good}");
        }
    }
}
