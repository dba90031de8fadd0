//! Finds presets by words: names, titles, topics, keys, and the guests that they are for.

use super::{Condition, Preset, Test};
use crate::catalog::{GuestOs, guest_oses};
use crate::document::Pattern;

impl Preset {
    /// Returns whether all of these words occur in its name, title, topic, keywords or keys, or in the names of the guests
    /// that it is for. Case is ignored; a text with spaces is several words.
    pub fn matches_words<W: AsRef<str>>(&self, words: &[W]) -> bool {
        let text = self.searched_text();
        let mut words = words.iter().flat_map(|word| word.as_ref().split_whitespace());
        words.all(|word| text.contains(&word.to_lowercase()))
    }

    fn searched_text(&self) -> String {
        let own = [&self.name, &self.title].into_iter().chain(&self.topic).chain(&self.keywords).cloned();
        let keys = self.steps.iter().map(|step| step.key.to_string());
        let guests = self.guests().map(|guest| format!("{} {}", guest.id, guest.label));
        own.chain(keys).chain(guests).collect::<Vec<_>>().join("\n").to_lowercase()
    }

    /// Returns the guests that it is for, if its conditions name any.
    fn guests(&self) -> impl Iterator<Item = GuestOs> {
        let tests = || self.requires.iter().flat_map(|condition| &condition.tests);
        let is_named = tests().any(|test| matches!(test, Test::GuestOs(_)));
        let is_meant = move |guest: &GuestOs| {
            let is_ruled_out =
                |condition: &Condition| condition.tests.iter().any(|test| is_for(test, guest) == Some(true));
            tests().all(|test| is_for(test, guest) != Some(false))
                && !self.unneeded_when.iter().any(is_ruled_out)
        };
        guest_oses().filter(move |_| is_named).filter(is_meant)
    }
}

/// Returns whether the test holds for a guest; `None` if it is about something else.
fn is_for(test: &Test, guest: &GuestOs) -> Option<bool> {
    let matches = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(guest.id));
    match test {
        Test::GuestOs(patterns) => Some(matches(patterns)),
        Test::NotGuestOs(patterns) => Some(!matches(patterns)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::preset::Library;

    fn found(words: &[&str]) -> Vec<String> {
        let all = Library::default().all().into_iter().map(|preset| preset.expect("it is built in"));
        all.filter(|preset| preset.matches_words(words)).map(|preset| preset.name).collect()
    }

    #[test]
    fn presets_are_found_by_what_users_call_them() {
        for (words, name) in [
            (&["snow leopard"][..], "macos-serial"),
            (&["leopard"], "macos-serial"),
            (&["10.6"], "macos-serial"),
            (&["LEOPARD", "snow"], "macos-serial"),
            (&["tpm"], "vtpm-software"),
            (&["spectre"], "side-channel-off"),
            (&["boot"], "firmware-setup-once"),
            (&["windows 11"], "uefi-secure-boot"),
            (&["vhv.enable"], "nested-hv"),
        ] {
            assert!(found(words).iter().any(|found| found == name), "{words:?}: {:?}", found(words));
        }
    }

    #[test]
    fn a_guest_that_does_not_need_a_preset_does_not_lead_to_it() {
        assert!(!found(&["macos 14"]).contains(&"macos-serial".to_owned()));
        assert!(found(&["no such words"]).is_empty());
    }

    #[test]
    fn every_built_in_preset_has_a_topic_with_others() {
        let all = Library::default().all().into_iter().map(|preset| preset.expect("it is built in"));
        let topics: Vec<String> = all.map(|preset| preset.topic.expect("it has a topic")).collect();
        for topic in &topics {
            assert!(topics.iter().filter(|other| *other == topic).count() > 1, "{topic}");
        }
    }
}
