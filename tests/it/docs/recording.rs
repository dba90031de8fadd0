//! The recording that the README shows.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;

use crate::harness::{isolated, program, repository_path};

/// Returns the rows that a recording shows at its end, from the frames of termtosvg.
fn last_frame(svg: &str) -> Vec<String> {
    let mut rows: HashMap<&str, String> = HashMap::new();
    for row in svg.split("<g id=\"").skip(1) {
        let (name, rest) = row.split_once('"').unwrap();
        let row = rest.split("</g>").next().unwrap();
        let texts =
            row.split("<text ").skip(1).filter_map(|text| text.split_once('>')?.1.split("</text>").next());
        rows.insert(name, texts.collect());
    }
    let frame = svg.rsplit("<g>").next().unwrap();
    let names = frame.split("xlink:href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    let unescape = |text: &str| {
        text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    names.map(|name| unescape(&rows[name]).trim_end().to_owned()).collect()
}

/// Returns what the script of the recording runs, and what that prints.
fn transcript() -> Vec<String> {
    let mut path: OsString = program().parent().unwrap().into();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let mut script = isolated(repository_path("contrib/recording.sh"));
    let output = script.arg("--text").env("PATH", path).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let is_about_a_container = |line: &&str| !line.contains("outside this PID namespace");
    text.lines().filter(is_about_a_container).map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn the_recording_shows_what_its_commands_print() {
    let svg = fs::read_to_string(repository_path("docs/demo.svg")).unwrap();
    let mut shown = last_frame(&svg);
    // The cursor is on the line after the last one.
    while shown.last().is_some_and(String::is_empty) {
        shown.pop();
    }
    assert_eq!(shown, transcript(), "docs/demo.svg is out of date: run contrib/recording.sh");
}

#[test]
fn the_recording_is_small_and_runs_no_script() {
    let svg = fs::read_to_string(repository_path("docs/demo.svg")).unwrap();
    assert!(svg.len() < 100_000, "{} bytes", svg.len());
    assert!(!svg.contains("<script") && !svg.contains("onload="));
    assert!(fs::read_to_string(repository_path("README.md")).unwrap().contains("](docs/demo.svg)"));
}
