//! The edit that the user requested, resolved once by the command.

use vmxedit::Document;
use vmxedit::file::OnLoss;
use vmxedit::host::{Host, Place};
use vmxedit::transaction::{Durability, Options, Plan, PowerCheck, Preview, Source};

use crate::args::EditArgs;
use crate::error::ResultExt;
use crate::output::Secrets;
use crate::signals;

/// The new content of one document, with remarks.
pub(crate) type EditPlan = Plan<Remarks>;

/// What a command has to say about an edit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remarks {
    /// Facts that are useful whether or not the file changes.
    pub(crate) notes: Vec<String>,
    /// Notes that several files have in common. The command prints them once; JSON has them for each file.
    pub(crate) shared_notes: Vec<String>,
    pub(crate) warnings: Vec<String>,
    /// What failed after the new file was in place. It is printed even with `--quiet`.
    pub(crate) failures: Vec<String>,
    /// The state of the VM that `--force` ignored. It is printed even with `--quiet`.
    pub(crate) overridden: Option<String>,
    /// A preset does not apply to the file, and `--if-applicable` skips it.
    pub(crate) skipped: bool,
}

impl Remarks {
    pub(crate) fn of_notes(notes: Vec<String>) -> Self {
        Self { notes, ..Self::default() }
    }
}

/// Computes the plan for a document that was read from a source. Presets have conditions on both.
pub(crate) type Planner<'a> = dyn Fn(&Document, &Source<'_>) -> anyhow::Result<EditPlan> + Sync + 'a;

/// Whether the planner talks to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interaction {
    /// The plan is computed before the lock is taken, and again under the lock if the file changed.
    None,
    /// The planner opens an editor. It is called once the lock is held and the VM is known to be off.
    Editor,
}

/// An edit as the user requested it.
pub(crate) struct Request<'a> {
    pub(super) options: Options,
    pub(crate) args: &'a EditArgs,
    planner: &'a Planner<'a>,
    interaction: Interaction,
    /// Nothing is read of it; the hosts of all steps share its tools.
    host: Host,
}

impl<'a> Request<'a> {
    pub(crate) fn new(args: &'a EditArgs, planner: &'a Planner<'a>, interaction: Interaction) -> Self {
        Self {
            options: options(args),
            args,
            planner,
            interaction,
            host: Host::with_interrupt(&signals::interrupt_flag()),
        }
    }

    pub(super) fn is_dry_run(&self) -> bool {
        self.args.preview.is_preview()
    }

    pub(super) fn opens_editor(&self) -> bool {
        self.interaction == Interaction::Editor && !self.is_dry_run()
    }

    pub(super) fn secrets(&self) -> Secrets {
        Secrets::from(&self.args.secrets)
    }

    /// The planner in the form in which the library calls it.
    pub(super) fn planner(&self) -> impl Fn(&Document, &Source<'_>) -> anyhow::Result<EditPlan> + Sync + '_ {
        |document, source| (self.planner)(document, source).at(source.path)
    }

    /// Computes the edit without a lock.
    pub(super) fn preview(&self, place: &Place) -> anyhow::Result<Preview<Remarks>> {
        Preview::of_place(place, &self.options, &self.planner())
    }

    /// Returns a host of which nothing has been read, for one step.
    pub(super) fn host(&self) -> Host {
        self.host.refreshed()
    }

    /// Whether nothing is left to do after the preview but to report it.
    pub(super) fn is_final(&self, preview: &Preview<Remarks>) -> bool {
        !preview.is_changed() || self.is_dry_run()
    }
}

fn options(args: &EditArgs) -> Options {
    let on_loss = |is_accepted| if is_accepted { OnLoss::Accept } else { OnLoss::Refuse };
    let save = &args.save;
    Options {
        wait: args.wait.wait(),
        power: if save.force { PowerCheck::Override } else { PowerCheck::Require },
        dialect: args.dialect.explicit(),
        backup: save.backup_suffix().map(Into::into),
        metadata: on_loss(save.lossy_metadata),
        hard_links: on_loss(save.break_links),
        durability: if save.no_sync { Durability::Deferred } else { Durability::Immediate },
        interrupt: signals::interrupt_flag(),
    }
}
