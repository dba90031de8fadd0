//! Compares the products that a preset is for with what a file says about its host.

use super::Preset;
use crate::catalog;
use crate::document::Document;

/// The kind of product that runs a VM.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Platform {
    /// ESX and ESXi.
    Esx,
    /// Workstation, Player, Fusion and Server.
    Hosted,
}

impl Preset {
    /// Returns why the file seems to be for other products than the preset. Returns `None` if the preset is for both
    /// kinds of products, or if the file says nothing about its host, or contradicts itself.
    pub fn product_mismatch(&self, document: &Document) -> Option<String> {
        let platform = self.platform()?;
        let mut contrary = None;
        for (claimed, evidence) in evidence(document) {
            if claimed == platform {
                return None;
            }
            contrary = contrary.or(Some(evidence));
        }
        contrary.map(|evidence| format!("{} is for {}, but {evidence}", self.name, self.products.join(", ")))
    }

    /// Returns the only kind of product that the preset names.
    fn platform(&self) -> Option<Platform> {
        let mut platforms = self.products.iter().map(|product| platform_of(product));
        let first = platforms.next()??;
        platforms.all(|platform| platform == Some(first)).then_some(first)
    }
}

fn platform_of(product: &str) -> Option<Platform> {
    const HOSTED: [&str; 4] = ["Workstation", "Player", "Fusion", "Server"];
    if product.starts_with("ESX") {
        Some(Platform::Esx)
    } else if HOSTED.iter().any(|name| product.starts_with(name)) {
        Some(Platform::Hosted)
    } else {
        None
    }
}

/// Returns each statement of the file about its host.
///
/// Sources: `virtualHW.productCompatibility` in files that VMware wrote; `/vmfs` is where ESX has its datastores; the
/// products of each hardware version in the catalog.
fn evidence(document: &Document) -> impl Iterator<Item = (Platform, String)> {
    document.entries().filter_map(|entry| {
        let (key, value) = (entry.key(), entry.value());
        if value.starts_with("/vmfs/") && key.to_ascii_lowercase().ends_with(".filename") {
            return Some((Platform::Esx, format!("{key} is a path on an ESXi host, in /vmfs")));
        }
        if key.eq_ignore_ascii_case("virtualHW.productCompatibility") {
            let platform = match value.to_ascii_lowercase().as_str() {
                "esx" => Platform::Esx,
                "hosted" => Platform::Hosted,
                _ => return None,
            };
            return Some((platform, format!("{key} is \"{}\"", value.to_ascii_lowercase())));
        }
        let is_version = key.eq_ignore_ascii_case("virtualHW.version");
        let hardware = is_version.then(|| value.trim().parse().ok().and_then(catalog::hardware)).flatten()?;
        let text = format!("hardware version {} is for {} only", hardware.version, hardware.products);
        hardware.is_hosted_only().then_some((Platform::Hosted, text))
    })
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::preset::{Origin, parse};

    fn mismatch(products: &str, vmx: &str) -> Option<String> {
        let text = format!(
            "name = \"a\"\ntitle = \"A\"\nreason = \"x\"\nproducts = [{products}]\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n"
        );
        let preset = parse(text.as_bytes(), Origin::Elsewhere).expect("a preset");
        preset.product_mismatch(&Document::parse(vmx))
    }

    const HOSTED: &str = "\"Workstation 16.2 and later\", \"Fusion\"";

    #[test]
    fn a_file_of_the_other_kind_of_product_is_recognized() {
        for (products, vmx, evidence) in [
            (
                HOSTED,
                "virtualHW.productCompatibility = \"ESX\"\n",
                "virtualHW.productCompatibility is \"esx\"",
            ),
            (
                HOSTED,
                "x = \"y\"\nscsi0:0.fileName = \"/vmfs/volumes/a/b.vmdk\"\n",
                "scsi0:0.fileName is a path",
            ),
            (
                "\"ESXi on Apple hardware\"",
                "VirtualHW.Version = \"16\"\n",
                "hardware version 16 is for Fusion 11.x",
            ),
            ("\"ESXi\"", "virtualHW.productCompatibility = \"hosted\"\n", "is \"hosted\""),
        ] {
            let found = mismatch(products, vmx).unwrap_or_default();
            assert!(found.starts_with("a is for ") && found.contains(evidence), "{vmx}: {found}");
        }
    }

    #[test]
    fn nothing_is_said_without_evidence_or_if_it_contradicts_itself() {
        for (products, vmx) in [
            ("", "virtualHW.productCompatibility = \"esx\"\n"),
            ("\"ESXi\", \"Fusion\"", "virtualHW.productCompatibility = \"esx\"\n"),
            ("\"vSphere Web Client\"", "virtualHW.productCompatibility = \"hosted\"\n"),
            ("\"ESXi\"", "virtualHW.productCompatibility = \"esx\"\n"),
            ("\"ESXi\"", "virtualHW.version = \"14\"\nguestOS = \"other\"\n"),
            (HOSTED, "virtualHW.version = \"16\"\nscsi0:0.fileName = \"/vmfs/volumes/a/b.vmdk\"\n"),
        ] {
            assert_eq!(mismatch(products, vmx), None, "{products}: {vmx}");
        }
    }
}
