//! Who follows the log of a workspace, how far each has got, and the events that one could not bear: for admins, who have them tried
//! again or give them up.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
