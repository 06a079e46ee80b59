//! Carrying out a command.

use std::{fs, io::Write, path::Path};

use crate::{
    audit,
    cli::{Command, ImportArgs, KeysCommand, NewKeyArgs, OutboxArgs, SeedArgs, StackArgs, TokenArgs},
    clock,
    failure::Failure,
    grant,
    http::{Api, Bearer},
    import::{self, ImportError},
    keys::{self, Present},
    openapi, outbox, rotate, seed,
    stack::Stack,
    token::Signer,
    tokens, walkthrough,
};

/// Runs a command, which prints to `out`.
pub async fn run(command: Command, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
    match command {
        Command::Keys(KeysCommand::New(args)) => new_key(&args, out),
        Command::Keys(KeysCommand::Rotate(args)) => rotate::run(&args, out).await,
        Command::Grant(command) => grant::run(&command, out).await,
        Command::Token(args) => token(&args, out),
        Command::Import(args) => import(&args, out).await,
        Command::Seed(args) => seed(&args, out).await,
        Command::Walkthrough(args) => walkthrough(&args, out).await,
        Command::Outbox(args) => outbox(&args, out).await,
        Command::Tokens(StackArgs { stack }) => tokens::write(&mut Stack::load(&stack)?, clock::now(), out),
        Command::Audit(args) => audit::run(&args, out).await,
        Command::Openapi(args) => openapi::run(&args, out),
    }
}

fn new_key(args: &NewKeyArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let present = if args.replace { Present::Replace } else { Present::Refuse };
    let kid = keys::create(&args.dir, args.kid.as_deref(), present)?;
    writeln!(out, "Key {kid} signs from now on; its public half is in {}.", keys::set_file(&args.dir).display())?;
    Ok(())
}

fn token(args: &TokenArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let caller = args.caller()?;
    let signer = match (&args.stack, &args.issuer) {
        (Some(stack), _) => Stack::load(stack)?.signer()?,
        (None, issuer) => Signer::load(&args.dir, issuer.as_deref().unwrap_or_default(), &args.audience)?,
    };
    let subject = args
        .subject
        .as_ref()
        .map_or_else(|| format!("local-{}", crate::token::role(&caller)), |id| id.as_str().to_owned());
    writeln!(out, "{}", signer.sign(&caller, &subject, clock::now(), args.hours)?)?;
    Ok(())
}

async fn import(args: &ImportArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let csv = read(&args.file)?;
    let (api, bearer) = (Api::new(&args.api)?, Bearer::new("given", args.token.clone()));
    let outcome = import::import(&api, &bearer, args.kind, &csv).await.map_err(|error| match error {
        ImportError::Call(error) => Failure::Call(error),
        ImportError::Csv(source) => Failure::Csv { file: args.file.display().to_string(), source },
    })?;
    for warning in &outcome.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    for bad in &outcome.bad_rows {
        writeln!(out, "bad row: {bad}")?;
    }
    for refusal in &outcome.refusals {
        writeln!(out, "refused: {refusal}")?;
    }
    let kind = args.kind.name();
    writeln!(out, "{} {kind} imported.", outcome.imported)?;
    if outcome.is_whole() {
        return Ok(());
    }
    let advice = if outcome.bad_rows.is_empty() { "" } else { ": correct the bad rows and import the file again" };
    Err(Failure::Refused(format!("{} {kind} in refused parts were not imported{advice}", outcome.left_out)))
}

async fn seed(args: &SeedArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let stack = Stack::load(&args.stack.stack)?;
    let first = args.today.unwrap_or_else(clock::today);
    let wanted = seed::Wanted { first, days: args.days, force: args.force };
    seed::seed(&stack.api()?, &stack.signer()?, clock::now(), wanted, out).await?;
    Ok(())
}

async fn walkthrough(args: &StackArgs, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
    let stack = Stack::load(&args.stack)?;
    let place = walkthrough::Place {
        api: stack.api()?,
        endpoint: stack.endpoint()?,
        signer: stack.signer()?,
        now: clock::now(),
        today: clock::today(),
        run: clock::random(),
    };
    walkthrough::run(place, out).await
}

async fn outbox(args: &OutboxArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let endpoint = Stack::load(&args.stack.stack)?.endpoint()?;
    let messages = outbox::messages(&endpoint, args.to.as_ref()).await?;
    for message in &messages {
        writeln!(out, "{}  {}", message.masked_number(), message.text)?;
    }
    if messages.is_empty() {
        eprintln!("no messages");
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|source| Failure::File { file: file.display().to_string(), source })
}
