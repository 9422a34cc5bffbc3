//! A small grammar of product work: titles, descriptions and comments. All names are invented.

use aileron_kernel::Role;

use super::dice::Dice;

/// First name, last name and role in the workspace.
pub(super) const PEOPLE: [(&str, &str, Role); 12] = [
    ("Mara", "Lindqvist", Role::Admin),
    ("Tobias", "Okafor", Role::Admin),
    ("Ines", "Valverde", Role::Member),
    ("Jonas", "Petrov", Role::Member),
    ("Amina", "Hadley", Role::Member),
    ("Yuki", "Tanabe", Role::Member),
    ("Rafael", "Brandt", Role::Member),
    ("Noor", "Castellan", Role::Member),
    ("Pia", "Wolfhart", Role::Member),
    ("Dmitri", "Osei", Role::Member),
    ("Leila", "Marchetti", Role::Member),
    ("Sam", "Quillon", Role::Guest),
];

/// A project: name, identifier, what it is for, what its work is about.
pub(super) struct Area {
    pub(super) name: &'static str,
    pub(super) identifier: &'static str,
    pub(super) about: &'static str,
    things: &'static [&'static str],
}

pub(super) const AREAS: [Area; 3] = [
    Area {
        name: "Web shop",
        identifier: "SHOP",
        about: "What customers see: catalogue, basket, checkout.",
        things: &[
            "checkout",
            "basket",
            "product page",
            "search results",
            "size chart",
            "gift card",
            "wish list",
            "order history",
            "address form",
            "invoice download",
            "coupon field",
            "delivery date picker",
            "payment page",
            "return form",
            "category filter",
            "product gallery",
            "stock badge",
            "newsletter sign-up",
            "guest account",
            "language menu",
        ],
    },
    Area {
        name: "Platform",
        identifier: "PLAT",
        about: "Services, data and what keeps them running.",
        things: &[
            "order service",
            "billing job",
            "price cache",
            "event queue",
            "session store",
            "image resizer",
            "audit log",
            "rate limiter",
            "search index",
            "database backup",
            "deploy pipeline",
            "health check",
            "warehouse export",
            "tax calculation",
            "mail sender",
            "feature flags",
            "access tokens",
            "metrics dashboard",
            "retry policy",
            "partner API",
        ],
    },
    Area {
        name: "Mobile app",
        identifier: "APP",
        about: "The app for phones and tablets.",
        things: &[
            "start screen",
            "barcode scanner",
            "push notification",
            "offline mode",
            "login with fingerprint",
            "store finder",
            "camera permission",
            "dark theme",
            "tablet layout",
            "deep link",
            "loyalty card",
            "receipt view",
            "shake to report",
            "image upload",
            "onboarding tour",
            "settings screen",
            "share sheet",
            "widget",
            "crash reporter",
            "update prompt",
        ],
    },
];

const WORK: &[&str] = &[
    "Redesign",
    "Speed up",
    "Document",
    "Add tests for",
    "Simplify",
    "Replace",
    "Measure",
    "Translate",
    "Review",
    "Split",
    "Retire",
    "Harden",
    "Monitor",
    "Make accessible:",
    "Prototype",
    "Migrate",
    "Clean up",
    "Automate",
    "Audit",
    "Roll out",
];

const TROUBLE: &[&str] = &[
    "shows the wrong total",
    "does not load",
    "flickers",
    "loses its state after a reload",
    "is cut off on small screens",
    "times out",
    "answers with an empty page",
    "ignores the time zone",
    "fails for names with umlauts",
    "counts twice",
    "cannot be reached by keyboard",
    "crashes on the second try",
    "is out of date after an update",
    "sends everything in one request",
    "forgets the chosen language",
    "rounds to the wrong cent",
];

const WHERE: &[&str] = &[
    "in Safari",
    "on slow connections",
    "for business customers",
    "after the sale starts",
    "on Android 14",
    "for guests",
    "with many items",
    "during the night run",
    "in the Nordic stores",
    "behind a proxy",
    "with two open tabs",
    "on the first visit",
    "for returning customers",
    "in the staging environment",
    "with a screen reader",
    "when the stock is zero",
];

const REASON: &[&str] = &[
    "Support gets several mails about this every week.",
    "We noticed it while looking at the numbers of last month.",
    "A large customer asked for it twice.",
    "It came up in the last retrospective.",
    "It blocks the release for the partner stores.",
    "Nobody has touched this part for two years, and it shows.",
];

const STEP: &[&str] = &[
    "Reproduce it with the test account",
    "Write down what should happen instead",
    "Agree on the wording with support",
    "Check the logs of the last seven days",
    "Cover it with a test that fails today",
    "Roll it out to one store first",
    "Tell the partners about the new behaviour",
    "Measure before and after",
];

const REMARK: &[&str] = &[
    "I can reproduce this, it takes about ten tries.",
    "Could somebody from support confirm that this is the same as last year?",
    "The fix is on the branch, waiting for review.",
    "Looks good to me. One question: what happens without JavaScript?",
    "Moved this up, it is in the way of the release.",
    "Let us do the simple version first and look again in two weeks.",
    "Numbers after one day: better, but not yet where we want them.",
    "I have talked to the warehouse, they are fine with it.",
    "This needs a decision about the old data before we can go on.",
    "Deployed to staging.",
    "Thanks, closing this. Please open a new one if it comes back.",
    "The cause was the cache key: it did not contain the currency.",
];

/// Labels of every project: name and colour.
pub(super) const LABELS: [(&str, &str); 8] = [
    ("bug", "#d94841"),
    ("improvement", "#3b82f6"),
    ("research", "#8b5cf6"),
    ("design", "#ec4899"),
    ("accessibility", "#0d9488"),
    ("performance", "#f59e0b"),
    ("security", "#b91c1c"),
    ("documentation", "#64748b"),
];

impl Area {
    /// What something is called, and whether it is a defect.
    pub(super) fn title(&self, dice: &mut Dice) -> (String, bool) {
        let thing = dice.pick(self.things);
        let place = if dice.happens(60) { format!(" {}", dice.pick(WHERE)) } else { String::new() };
        if dice.happens(45) {
            let mut title = format!("{thing} {}{place}", dice.pick(TROUBLE));
            if let Some(first) = title.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            (title, true)
        } else {
            (format!("{} the {thing}{place}", dice.pick(WORK)), false)
        }
    }
}

/// A description: why, and what is to be done.
pub(super) fn description(dice: &mut Dice) -> String {
    let reason = dice.pick(REASON);
    let first = dice.below(STEP.len());
    let steps: Vec<&str> = STEP.iter().copied().cycle().skip(first).take(2 + dice.below(3)).collect();
    format!("<p>{reason}</p><ul><li>{}</li></ul>", steps.join("</li><li>"))
}

/// A comment.
pub(super) fn remark(dice: &mut Dice) -> String {
    let said = dice.pick(REMARK);
    match dice.below(4) {
        0 => format!("<p>{said}</p><p><strong>Next:</strong> {}.</p>", dice.pick(STEP)),
        1 => format!("<p>{said}</p><blockquote>{}</blockquote>", dice.pick(REASON)),
        _ => format!("<p>{said}</p>"),
    }
}
