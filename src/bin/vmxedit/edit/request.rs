//! What the user asked for, resolved once by the command that edits.

use std::path::Path;

use vmxedit::file::OnLoss;
use vmxedit::transaction::{Content, Durability, Options, Plan, PowerCheck, Preview};
use vmxedit::vm::host::Host;
use vmxedit::{Document, Edit};

use super::Outcome;
use crate::args::EditArgs;
use crate::error::ResultExt;
use crate::exit::Exit;
use crate::output::Secrets;
use crate::signals;

/// The new content of one document, and remarks on it.
#[derive(Debug, Default)]
pub(crate) struct EditPlan {
    pub(crate) edits: Vec<Edit>,
    /// New content that takes the place of the edits.
    pub(crate) replacement: Option<Vec<u8>>,
    pub(crate) remarks: Remarks,
    /// Whether the plan stays the same as long as the content does.
    pub(crate) depends_only_on_content: bool,
}

/// What a command has to say about an edit.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// Facts that are useful whether or not the file changes.
    pub(crate) notes: Vec<String>,
    pub(crate) warnings: Vec<String>,
    /// A preset does not apply to the file, and `--if-applicable` skips it.
    pub(crate) skipped: bool,
}

impl EditPlan {
    /// Edits that do not depend on anything but the content of the file.
    pub(crate) fn edits(edits: Vec<Edit>) -> Self {
        Self { edits, depends_only_on_content: true, ..Self::default() }
    }

    /// New content for the whole file.
    pub(crate) fn replacement(bytes: Vec<u8>) -> Self {
        Self { replacement: Some(bytes), ..Self::default() }
    }

    #[must_use]
    pub(crate) fn with_notes(mut self, notes: Vec<String>) -> Self {
        self.remarks.notes = notes;
        self
    }
}

impl From<EditPlan> for Plan<Remarks> {
    fn from(plan: EditPlan) -> Self {
        let content = plan.replacement.map_or(Content::Edits(plan.edits), Content::Bytes);
        Self { content, depends_only_on_content: plan.depends_only_on_content, info: plan.remarks }
    }
}

/// Computes the plan for a document that was read from a path. Presets have conditions on both.
pub(crate) type Planner<'a> = dyn Fn(&Document, &Path) -> anyhow::Result<EditPlan> + Sync + 'a;

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
    pub(super) args: &'a EditArgs,
    planner: &'a Planner<'a>,
    interaction: Interaction,
    /// Nothing is read of it; the hosts of all steps share its tools.
    host: Host,
}

impl<'a> Request<'a> {
    pub(crate) fn new(args: &'a EditArgs, planner: &'a Planner<'a>, interaction: Interaction) -> Self {
        Self { options: options(args), args, planner, interaction, host: Host::default() }
    }

    /// The exit code for a file that was not refused.
    pub(crate) fn exit_of(&self, outcome: Outcome) -> Exit {
        match outcome {
            Outcome::WouldChange => Exit::negative_if(self.args.preview.check),
            Outcome::NotReloaded => Exit::Failed,
            Outcome::Changed | Outcome::Unchanged | Outcome::Skipped => Exit::Success,
        }
    }

    pub(super) fn is_dry_run(&self) -> bool {
        self.args.preview.is_preview()
    }

    pub(super) fn opens_editor_under_lock(&self) -> bool {
        self.interaction == Interaction::Editor && !self.is_dry_run()
    }

    pub(super) fn secrets(&self) -> Secrets {
        Secrets::from(&self.args.secrets)
    }

    /// The planner in the form in which the library calls it.
    pub(super) fn planner(&self) -> impl Fn(&Document, &Path) -> anyhow::Result<Plan<Remarks>> + Sync + '_ {
        |document, path| (self.planner)(document, path).map(Plan::from).at(path)
    }

    /// Computes the edit without a lock.
    pub(super) fn preview(&self, path: &Path) -> anyhow::Result<Preview<Remarks>> {
        Preview::of_file(path, &self.options, &self.planner())
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
