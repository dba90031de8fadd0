//! Runs a command on many files: they are found, processed in parallel, and reported in the order in which they were
//! found. Of local files only the present batch and the next one are held; what was found on other hosts is held as names
//! until all of it is processed.

mod discover;
mod fetch;
mod hosts;
mod per_host;
mod pool;
pub(crate) mod progress;
mod walk;

use vmxedit::host;
use vmxedit::remote::Depth;

use crate::args::BatchArgs;
use crate::config;
use crate::exit::Exit;
use crate::input::Input;
use crate::output::Output;
use crate::output::progress::Hidden;
use crate::signals;

pub(crate) use self::discover::Discovered;
use self::discover::Search;
pub(crate) use self::per_host::per_host;
pub(crate) use self::pool::Pool;

/// Files per batch. Each one takes some file descriptors and, in an edit, the lock of its VM.
const BATCH_SIZE: usize = 128;

/// What a command does with many files.
pub(crate) trait Batch {
    type Result;

    /// Returns whether files are edited, and so locked.
    fn edits(&self) -> bool {
        false
    }

    /// Returns the extensions of the files to look for below a directory.
    fn extensions(&self) -> &'static [&'static str] {
        &["vmx"]
    }

    /// Returns how much is read of files on other hosts before they are processed.
    fn depth(&self) -> Depth {
        Depth::View
    }

    /// Processes the files of one batch. Returns the output and the result of each, in order.
    fn process(
        &self,
        files: Vec<Discovered>,
        pool: &Pool,
        out: &Output,
    ) -> Vec<(Output, Tried<Self::Result>)>;

    /// Counts a result. The output of the file is printed already.
    fn record(&mut self, out: &mut Output, result: Tried<Self::Result>);

    /// Prints what concerns all files, apart from the summary itself.
    fn summarize(&mut self, out: &mut Output) -> Summary;
}

/// The result of a file, unless a signal came first.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tried<T> {
    Done(T),
    NotTried,
}

/// How a batch ended.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// The highest exit code.
    pub(crate) exit: Exit,
    /// Files that were found, but not processed because of a signal.
    pub(crate) not_tried: usize,
    /// The line to print, if there is one.
    pub(crate) text: Option<String>,
}

impl Summary {
    pub(crate) fn record(&mut self, result: Tried<Exit>) {
        match result {
            Tried::Done(exit) => self.exit = self.exit.max(exit),
            Tried::NotTried => self.not_tried += 1,
        }
    }
}

/// Returns whether the command line names one file: then there is no summary.
pub(crate) fn is_single_file(files: &[Input], args: &BatchArgs) -> bool {
    matches!(files, [file] if file.whole_host().is_none()) && !args.recursive
}

/// Processes all files, prints the summary, and returns the highest exit code. If a signal interrupts a run over many
/// files, the files at hand are finished, the summary is printed, and the program ends by that signal.
pub(crate) fn run<B: Batch>(files: &[Input], args: &BatchArgs, out: &mut Output, batch: &mut B) -> Exit {
    let is_single = is_single_file(files, args);
    out.has_summary = !is_single;
    match (is_single, batch.edits()) {
        (true, _) => {}
        (false, true) => signals::watch(),
        (false, false) => signals::watch_first(),
    }
    process_all(files, args, out, batch);
    let Summary { mut exit, not_tried, text } = batch.summarize(out);
    if is_single {
        return exit;
    }
    let interruption = signals::interrupted().then(|| match not_tried {
        0 => "stopped by a signal before the rest".to_owned(),
        count => format!("stopped by a signal before {count} more and the rest"),
    });
    if interruption.is_some() {
        exit = exit.max(Exit::Refused);
    }
    let lines: Vec<String> = text.into_iter().chain(interruption).collect();
    if !lines.is_empty() {
        out.note(None, &lines.join("; "));
    }
    let exit = out.finish(exit);
    signals::reraise_if_interrupted();
    exit
}

fn process_all<B: Batch>(files: &[Input], args: &BatchArgs, out: &mut Output, batch: &mut B) {
    // A single file is reported at once.
    let is_single = is_single_file(files, args);
    let (jobs, size) = if is_single { (1, 1) } else { (jobs(args), batch_size()) };
    let pool = Pool::new(jobs);
    let search = Search { args, extensions: batch.extensions(), is_over: signals::interrupted };
    let shows_progress = !is_single && !args.no_progress && out.shows_progress();
    let mut fetched = fetch::Seen::new();
    std::thread::scope(|scope| {
        let _ticker = shows_progress.then(|| {
            discover::count(scope, files, search);
            progress::Ticker::start(scope)
        });
        for files in discover::batches(scope, files, search, size, jobs) {
            if signals::interrupted() {
                break;
            }
            let files = fetch::fetch(files, batch.depth(), &mut fetched);
            let results = batch.process(files, &pool, out);
            let _hidden = shows_progress.then(Hidden::new);
            for (buffered, result) in results {
                out.replay(buffered);
                batch.record(out, result);
            }
        }
    });
}

/// Calls `work` for each file, in parallel, with a buffered output; not any more after a signal.
pub(crate) fn map_files<R: Send>(
    files: Vec<Discovered>,
    pool: &Pool,
    out: &Output,
    work: impl Fn(anyhow::Result<Input>, &mut Output) -> R + Sync + Send,
) -> Vec<(Output, Tried<R>)> {
    let files = files.into_iter().map(|file| (out.buffered(), file)).collect();
    pool.map(files, |(mut out, file): (Output, Discovered)| {
        if signals::interrupted() {
            return (out, Tried::NotTried);
        }
        let result = work(file, &mut out);
        progress::file_is_done();
        (out, Tried::Done(result))
    })
}

/// Returns the number of files per batch that the limit of open files allows.
fn batch_size() -> usize {
    /// Open at the same time for each file: its directory, the file, its lock directory, the new file, and the
    /// directory of a file of the next batch.
    const DESCRIPTORS: usize = 6;
    /// For the streams, the directories of the search and of the count, and the host's tools.
    const RESERVED: usize = 40;
    let limit = host::raise_open_file_limit((BATCH_SIZE + 1) * DESCRIPTORS + RESERVED);
    (limit.saturating_sub(RESERVED) / DESCRIPTORS).clamp(1, BATCH_SIZE)
}

fn jobs(args: &BatchArgs) -> usize {
    let cpus = || std::thread::available_parallelism().map_or(1, usize::from);
    args.jobs.or(config::current().jobs).map_or_else(cpus, usize::from).min(BATCH_SIZE)
}
