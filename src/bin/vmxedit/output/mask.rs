//! Masking of passwords and keys.

use vmxedit::catalog::{self, MASK};

use crate::args::SecretsArg;

/// Whether values of secret keys are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    Masked,
    Shown,
}

impl Secrets {
    /// Returns what to print in place of the key's value, if the value is hidden.
    pub(super) fn mask(self, key: &str) -> Option<&'static str> {
        (self == Self::Masked && catalog::is_secret(key)).then_some(MASK)
    }

    /// Returns a text that is not an entry without the secrets in it; `None` if there is nothing to hide.
    pub(super) fn mask_line(self, text: &str) -> Option<String> {
        if self == Self::Masked { catalog::mask_line(text) } else { None }
    }
}

impl From<&SecretsArg> for Secrets {
    fn from(arg: &SecretsArg) -> Self {
        if arg.show_secrets { Self::Shown } else { Self::Masked }
    }
}
