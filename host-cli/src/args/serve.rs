//! The arguments of those who run a service.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Subcommand;
use leidraad_serve::Scope;

use super::{Day, day};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Serve {
    /// The configuration: a TOML file (see docs/serve.md); what is said here goes before it
    #[arg(long, value_name = "FILE", env = "LEIDRAAD_CONFIG", hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// Where to listen; left out: 127.0.0.1:8071
    #[arg(long, value_name = "ADDRESS:PORT", env = "LEIDRAAD_LISTEN", hide_env_values = true)]
    pub(crate) listen: Option<SocketAddr>,
    /// Log each decision in this folder before it is given
    #[arg(long, value_name = "LOG", env = "LEIDRAAD_LOG", hide_env_values = true)]
    pub(crate) log: Option<PathBuf>,
    /// The file with the key by which personal facts are masked; without a key they are not put into the log
    #[arg(long, value_name = "FILE", env = "LEIDRAAD_MASK_KEY", hide_env_values = true)]
    pub(crate) mask_key: Option<PathBuf>,
    /// The address at which others reach it, such as <https://rechten.leiden.nl>
    #[arg(long, value_name = "URL", env = "LEIDRAAD_PUBLIC_URL", hide_env_values = true)]
    pub(crate) public_url: Option<String>,
    /// Print the configuration that would be in force, and stop
    #[arg(long)]
    pub(crate) print_config: bool,
    #[command(subcommand)]
    pub(crate) command: Option<ServeCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServeCommand {
    /// Make a key for an application: printed once, with the lines for the configuration
    Key {
        /// What the log calls its holder
        name: String,
        /// What its holder may do: ask, explain, log, admin; left out: ask
        #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
        scope: Vec<Scope>,
        /// The ids of the customers that its holder may see; left out: all
        #[arg(long, value_name = "CUSTOMER", value_delimiter = ',')]
        customer: Vec<String>,
        /// So many requests a minute; left out: as many as anyone
        #[arg(long, value_name = "COUNT")]
        per_minute: Option<u32>,
        /// The last day on which it opens; left out: always
        #[arg(long, value_name = "DAY", value_parser = day)]
        until: Option<Day>,
    },
}
