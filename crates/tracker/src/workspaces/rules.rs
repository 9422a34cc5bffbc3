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
}
