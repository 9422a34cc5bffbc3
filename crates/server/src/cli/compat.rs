//! `aileron compat`: is my integration covered?

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, stdin},
    path::PathBuf,
};

use anyhow::{Context as _, Result, bail};

use crate::compat::{Asked, Catalogue, Endpoint, Verdict};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Requests (`GET /api/v1/...`), addresses, names (`work_items.create`) or an access log, one a line [default: standard input]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// List every endpoint of the compatible API instead
    #[arg(long, conflicts_with = "file")]
    all: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let catalogue = Catalogue::new();
    if args.all {
        let all: BTreeMap<Endpoint, u64> = catalogue.endpoints().iter().map(|endpoint| (endpoint.clone(), 1)).collect();
        return super::print(&report(&all, false));
    }
    let asked = match &args.file {
        Some(path) => {
            let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            ask(&catalogue, BufReader::new(file))?
        }
        None => ask(&catalogue, stdin().lock())?,
    };
    if asked.is_empty() {
        bail!("no line names an endpoint of /api/v1/");
    }
    super::print(&report(&asked, true))?;
    match asked.keys().filter(|endpoint| endpoint.verdict != Verdict::Covered).count() {
        0 => Ok(()),
        missing => bail!("{missing} of {} endpoints are not covered", asked.len()),
    }
}

/// The endpoints that the lines ask about, each with how many lines did. A line that is no text is left out.
fn ask(catalogue: &Catalogue, mut lines: impl BufRead) -> Result<BTreeMap<Endpoint, u64>> {
    let mut asked = BTreeMap::new();
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).context("the input broke off")? > 0 {
        if let Some(question) = Asked::read(&String::from_utf8_lossy(&line)) {
            for endpoint in catalogue.find(&question) {
                *asked.entry(endpoint).or_default() += 1;
            }
        }
        line.clear();
    }
    Ok(asked)
}

fn report(endpoints: &BTreeMap<Endpoint, u64>, counted: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (endpoint, times) in endpoints {
        let times = if counted { format!("{times:>8}  ") } else { String::new() };
        lines.push(format!("{:<11}  {times}{:<6} {}", endpoint.verdict.text(), endpoint.method, endpoint.path));
    }
    let of = |verdict: Verdict| endpoints.keys().filter(|endpoint| endpoint.verdict == verdict).count();
    let sums = [Verdict::Covered, Verdict::Later, Verdict::NotPlanned, Verdict::Unknown];
    let sums: Vec<String> = sums.into_iter().map(|verdict| format!("{} {}", of(verdict), verdict.text())).collect();
    lines.push(format!("{} endpoints: {}", endpoints.len(), sums.join(", ")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_is_reported_once_with_its_calls() {
        let log = "GET /api/v1/users/me/\nGET /api/v1/users/me/?x=1\n\u{0}\u{1}\nPOST /api/v1/workspaces/a/initiatives/\n";
        let asked = ask(&Catalogue::new(), log.as_bytes()).unwrap();
        let expected = "covered             2  GET    /api/v1/users/me/\n\
                        later               1  POST   /api/v1/workspaces/{}/initiatives/\n\
                        2 endpoints: 1 covered, 1 later, 0 not planned, 0 unknown";
        assert_eq!(report(&asked, true), expected);
    }

    #[test]
    fn lines_that_are_no_text_are_survived() {
        let log = [b"\xff\xfe\n".as_slice(), b"GET /api/v1/users/me/ \xff\n"].concat();
        assert_eq!(ask(&Catalogue::new(), log.as_slice()).unwrap().len(), 1);
    }
}
