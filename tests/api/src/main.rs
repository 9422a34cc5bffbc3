//! The integration tests: one binary, run once on each database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::format_collect,
    reason = "tests stop at the first surprise"
)]

mod account;
mod activities;
mod advisories;
mod analytics;
mod as_of;
mod audit_log;
mod auth;
mod automations;
mod backup;
mod bulk;
mod calendar_feeds;
mod comments;
mod compatibility;
mod conformance;
mod consumers;
mod cycle_history;
mod cycle_progress;
mod cycle_settings;
mod cycles;
mod database;
mod demo;
mod description_versions;
mod drafts;
mod durability;
mod estimates;
mod expand;
mod exports;
mod favorites;
mod files;
mod gone_for_good;
mod histories;
mod home_preferences;
mod http;
mod import;
mod instance;
mod intake;
mod invitations;
mod jobs;
mod joining;
mod labels;
mod limits;
mod links;
mod log;
mod long_texts;
mod mail;
mod members;
mod modules;
mod moves;
mod nodes;
mod notification_history;
mod notification_rules;
mod notifications;
mod openapi;
mod outgoing;
mod page_tree;
mod pages;
mod planting;
mod preferences;
mod program;
mod projects;
mod quick_links;
mod reactions;
mod recents;
mod recorded;
mod relations;
mod search;
mod search_at_scale;
mod setup;
mod states;
mod stickies;
mod stock;
mod subscriptions;
mod sync;
mod throttling;
mod tokens;
mod trash;
mod undo;
mod undo_reach;
mod undo_ways;
mod versions;
mod views;
mod votes;
mod walk;
mod webhooks;
mod work_item_filters;
mod work_items;
mod workspace_drafts;
mod workspace_reads;
mod workspaces;
