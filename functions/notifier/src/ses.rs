use async_trait::async_trait;
use aws_sdk_sesv2::{
    Client,
    error::BuildError,
    types::{Body, Content, Destination, EmailContent, Message},
};
use vaxslot_app::ports::StoreError;
use vaxslot_aws::classify;
use vaxslot_domain::preferences::Channel;

use crate::relay::{Errand, Relay};

/// E-mail through SES; what goes by another channel is handed on.
pub struct SesMail<R> {
    client: Client,
    sender: String,
    events: Option<String>,
    others: R,
}

impl<R> SesMail<R> {
    /// `sender` is an address that SES knows to be ours; `events` the configuration set by which it tells what became of an e-mail.
    #[must_use]
    pub fn new(client: Client, sender: String, events: Option<String>, others: R) -> Self {
        Self { client, sender, events, others }
    }
}

#[async_trait]
impl<R: Relay> Relay for SesMail<R> {
    async fn hand(&self, errand: &Errand) -> Result<String, StoreError> {
        if errand.channel != Channel::Email {
            return self.others.hand(errand).await;
        }
        let letter = letter(errand).map_err(|error| StoreError::Failed(error.into()))?;
        let to = Destination::builder().to_addresses(&errand.to).build();
        let send = self.client.send_email().from_email_address(&self.sender).destination(to).content(letter);
        let send = send.set_configuration_set_name(self.events.clone());
        Ok(send.send().await.map_err(classify)?.message_id.unwrap_or_default())
    }
}

fn letter(errand: &Errand) -> Result<EmailContent, BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(utf8(&errand.text)?).build();
    let subject = utf8(errand.subject.as_deref().unwrap_or_default())?;
    Ok(EmailContent::builder().simple(Message::builder().subject(subject).body(body).build()).build())
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::config::{BehaviorVersion, Config};
    use vaxslot_domain::preferences::Language;

    use super::*;
    use crate::message::Facts;

    fn errand(channel: Channel) -> Errand {
        let text = String::new;
        let (name, date, slot, center, address, reference) = (text(), text(), text(), text(), text(), text());
        let facts = Facts { name, vaccine: text(), dose: 1, date, slot, center, address, pincode: 411_027, reference };
        Errand {
            id: "event".to_owned(),
            channel,
            language: Language::Hindi,
            template: "confirmed",
            to: "asha@example.org".to_owned(),
            subject: Some("टीकाकरण".to_owned()),
            text: "नमस्ते".to_owned(),
            facts,
        }
    }

    #[test]
    fn a_letter_has_its_subject_and_text_as_they_are() {
        let letter = letter(&errand(Channel::Email)).unwrap();
        let message = letter.simple().unwrap();
        let (subject, text) = (message.subject().unwrap(), message.body().unwrap().text().unwrap());
        assert_eq!((subject.data(), text.data()), ("टीकाकरण", "नमस्ते"));
        assert_eq!((subject.charset(), text.charset()), (Some("UTF-8"), Some("UTF-8")));
    }

    struct Gateway;

    #[async_trait]
    impl Relay for Gateway {
        async fn hand(&self, errand: &Errand) -> Result<String, StoreError> {
            Ok(errand.channel.to_string())
        }
    }

    #[tokio::test]
    async fn what_is_no_e_mail_goes_to_the_gateways() {
        let client = Client::from_conf(Config::builder().behavior_version(BehaviorVersion::latest()).build());
        let relay = SesMail::new(client, "no-reply@example.org".to_owned(), None, Gateway);
        assert_eq!(relay.hand(&errand(Channel::WhatsApp)).await.unwrap(), "WHATSAPP");
    }
}
