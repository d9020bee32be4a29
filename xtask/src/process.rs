//! Starting other programs: their failures named, their output passed on or captured.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A command for a tool by its bare name; on Windows npm and npx are batch files.
pub fn tool(name: &str) -> Command {
    let batch = cfg!(windows) && matches!(name, "npm" | "npx");
    if batch {
        Command::new(format!("{name}.cmd"))
    } else {
        Command::new(name)
    }
}

/// The cargo that started this program, so that both use the same toolchain.
pub fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(crate::workspace::root());
    command
}

/// Where the output of programs goes.
#[derive(Debug)]
pub enum Output {
    /// To the terminal as it comes.
    Shown,
    /// Into a file, to be shown as one piece later.
    Kept(File),
}

/// Runs to the end with its output shown.
///
/// # Errors
/// When it cannot start or ends with anything but success; the message holds the command line.
pub fn run(command: &mut Command) -> Result<()> {
    run_to(command, &Output::Shown)
}

/// Runs to the end with its output going to `output`.
///
/// # Errors
/// When it cannot start or ends with anything but success; the message holds the command line.
pub fn run_to(command: &mut Command, output: &Output) -> Result<()> {
    if let Output::Kept(file) = output {
        let (stdout, stderr) = (file.try_clone()?, file.try_clone()?);
        command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
    }
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs to the end with its output shown, handing over each line of its standard output too.
///
/// # Errors
/// When it cannot start or ends with anything but success; the message holds the command line.
pub fn run_and_read(command: &mut Command, line: &mut dyn FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", self::line(command)))?;
    for text in BufReader::new(child.stdout.take().context("no output")?).split(b'\n') {
        let text = text?;
        let text = String::from_utf8_lossy(&text);
        println!("{text}");
        line(&text);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", self::line(command));
    }
    Ok(())
}

/// Runs to the end and returns its standard output; what it wrote to standard error is part of
/// the error when it fails.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({}): {}",
            line(command),
            output.status,
            said.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end, handing over each line of its standard output as it comes.
///
/// # Errors
/// When it cannot start or fails; the message ends with the last lines it said.
pub fn watch(command: &mut Command, line: &mut dyn FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", self::line(command)))?;
    let (Some(stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else {
        bail!("`{}` has no output to read", self::line(command));
    };
    // Read beside the output: a pipe that nobody empties would stop the program.
    let complaints = std::thread::spawn(move || {
        let mut text = Vec::new();
        // What cannot be read of a complaint is not worth failing over.
        let _ = stderr.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let mut said = String::new();
    for text in BufReader::new(stdout).split(b'\n') {
        let text = text?;
        let text = String::from_utf8_lossy(&text);
        line(text.trim_end());
        said = tail(&format!("{said}\n{text}"), 20);
    }
    let status = child.wait()?;
    let complaints = complaints.join().unwrap_or_default();
    if !status.success() {
        let text = if complaints.trim().is_empty() {
            said
        } else {
            complaints
        };
        bail!(
            "`{}` failed ({status}):\n{}",
            self::line(command),
            tail(&text, 12)
        );
    }
    Ok(())
}

/// Its standard output, or `None` when the program is absent or fails: for probing.
pub fn probe(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program of this name can be started at all.
pub fn exists(name: &str) -> bool {
    let outcome = tool(name)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !matches!(outcome, Err(error) if error.kind() == ErrorKind::NotFound)
}

/// The command as one would type it, for messages.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The last `count` lines of what a program said: enough to see why it failed.
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_absent_is_named() {
        let error = run(&mut Command::new("quartet-no-such-program")).unwrap_err();
        assert!(format!("{error:#}").contains("quartet-no-such-program"));
        assert!(!exists("quartet-no-such-program"));
    }

    #[test]
    fn a_failure_carries_the_command_and_what_it_said() {
        let mut command = cargo();
        command.arg("no-such-subcommand-here");
        let error = format!("{:#}", capture(&mut command).unwrap_err());
        assert!(error.contains("no-such-subcommand-here"), "{error}");
        assert!(error.contains("no such command"), "{error}");
    }

    #[test]
    fn watching_hands_over_lines_and_keeps_the_complaint() {
        let mut lines = Vec::new();
        watch(cargo().arg("--version"), &mut |line| {
            lines.push(line.to_owned());
        })
        .unwrap();
        assert!(lines[0].starts_with("cargo "), "{lines:?}");
        let error = watch(cargo().arg("no-such-subcommand-here"), &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("no such command"), "{error}");
    }

    #[test]
    fn tail_keeps_the_last_lines() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 5), "a");
        assert_eq!(tail("", 5), "");
    }
}
