//! A question and who asks it in; its decision out, and the response once it is in the log.

use std::cell::RefCell;

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use leidraad::{Bilingual, Date, Decision, Error, Language, Policy, Question};
use leidraad_log::{Receipt, Ticket};

use crate::asker::{Asker, NoCustomer};
use crate::problem::Problem;
use crate::question::refused;
use crate::service::{Shared, aside};

/// What answers: a policy, for somebody, at some moment.
pub(crate) struct Answering<'a> {
    shared: &'a Shared,
    pub(crate) policy: &'a Policy,
    pub(crate) asker: &'a Asker,
    pub(crate) language: Language,
    /// where it is asked: `api`, `authzen`, `ofrep`, `desk`, `mcp`
    origin: &'static str,
    at: Timestamp,
    pub(crate) today: Date,
    /// what is on its way into the log
    tickets: RefCell<Vec<Ticket>>,
}

/// What is answered, once all of it is in the log.
pub(crate) struct Answered {
    response: Result<Response, Problem>,
    tickets: Vec<Ticket>,
}

impl Answered {
    /// Answers by the policy in force, and lets go of it: nothing waits with it in hand.
    pub(crate) fn of(
        shared: &Shared,
        asker: &Asker,
        origin: &'static str,
        make: impl FnOnce(&Answering<'_>) -> Result<Response, Problem>,
    ) -> Answered {
        let policy = shared.policy();
        Answering::new(shared, &policy, asker, origin).answered(make)
    }
    /// The response, once what it says is in the log: an answer that is not is not given.
    pub(crate) async fn given(self, shared: &Shared) -> Result<Response, Problem> {
        if let Some(log) = &shared.service.log {
            for ticket in self.tickets {
                log.written(ticket).await.map_err(|error| {
                    Problem::new(StatusCode::SERVICE_UNAVAILABLE, Bilingual::each(|language| error.message(language).to_owned()))
                })?;
            }
        }
        self.response
    }
}

impl<'a> Answering<'a> {
    pub(crate) fn new(shared: &'a Shared, policy: &'a Policy, asker: &'a Asker, origin: &'static str) -> Answering<'a> {
        Answering {
            shared,
            policy,
            asker,
            language: asker.language(policy),
            origin: asker.origin.map_or(origin, |own| own.0),
            at: shared.now(),
            today: shared.today(policy),
            tickets: RefCell::default(),
        }
    }

    /// What is answered to a request, with what the log was given meanwhile.
    pub(crate) fn answered(self, make: impl FnOnce(&Self) -> Result<Response, Problem>) -> Answered {
        let response = make(&self);
        Answered { response, tickets: self.tickets.into_inner() }
    }

    /// The decision about one question.
    pub(crate) fn one(&self, question: &Question, id: Option<&str>) -> Result<Decision<'a>, Problem> {
        self.may_see(question)?;
        let decided = self.decide(question);
        self.log(question, &decided, id);
        decided.map(|decision| self.told(decision)).map_err(|error| refused(self.policy, question, &error))
    }

    /// Decides: here, unless options have a say, who may take so long that others would wait.
    pub(crate) fn decide(&self, question: &Question) -> Result<Decision<'a>, Error> {
        let policy = self.policy;
        if policy.has_options(question) { aside(|| policy.decide(question)) } else { policy.decide(question) }
    }

    /// A decision as it is told: it names nobody who may not be seen. The log has it whole.
    pub(crate) fn told(&self, decision: Decision<'a>) -> Decision<'a> {
        decision.naming(|customer| self.asker.sees(customer))
    }

    /// Whether what concerns the customer of a question may be told. A customer that is not known is told of as such, beside all else.
    pub(crate) fn may_see(&self, question: &Question) -> Result<(), Problem> {
        match self.asker.customer(self.policy, &question.customer) {
            Ok(_) | Err(NoCustomer::Unknown(_)) => Ok(()),
            Err(not_seen) => Err(not_seen.problem()),
        }
    }

    /// Counts an answer, and gives it to the log; nothing waits yet.
    pub(crate) fn log(&self, question: &Question, decided: &Result<Decision<'_>, Error>, id: Option<&str>) {
        leidraad_live::count(decided);
        let Some(log) = &self.shared.service.log else { return };
        let mut receipt = match decided {
            Ok(decision) => Receipt::of(self.policy, decision, self.language),
            Err(error) => Receipt::failed(self.policy, question, error, self.language),
        };
        receipt = receipt.at(self.at).actor(&self.asker.who.name).origin(self.origin);
        if let Some(trace) = &self.asker.trace {
            receipt = receipt.trace(trace);
        }
        if let Some(id) = id.or(self.asker.request.as_deref()) {
            receipt = receipt.id(id);
        }
        // Where a disk stands still, no other request waits with this one.
        let ticket = log.try_append_later(&receipt).unwrap_or_else(|| aside(|| log.append_later(&receipt)));
        self.tickets.borrow_mut().push(ticket);
    }
}
