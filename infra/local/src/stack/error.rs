//! Why a stack does not start, each in one sentence.

use std::path::PathBuf;

use crate::aws::SetupError;
use crate::issuer::IssuerError;
use crate::runner::BuildError;
use crate::template::TemplateError;

#[derive(Debug, thiserror::Error)]
pub enum StackError {
    #[error("Port {port} is already in use; choose another one with --port.")]
    PortInUse { port: u16 },
    #[error("Port {port} cannot be used: {source}.")]
    Port { port: u16, source: std::io::Error },
    #[error("The folder {} cannot be written to: {source}.", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("The template {} cannot be read: {source}.", path.display())]
    TemplateFile {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("The template cannot be run: {0}")]
    Template(#[from] TemplateError),
    #[error("The function {name} cannot start: {source}.")]
    Function {
        name: String,
        source: lambda::EnvError,
    },
    #[error("The local AWS cannot be set up: {0}.")]
    Aws(#[from] SetupError),
    #[error("The identity provider cannot start: {0}.")]
    Issuer(#[from] IssuerError),
    #[error("The function processes cannot be used: {0}.")]
    Processes(#[from] BuildError),
    #[error("The demonstration data could not be written: {0}")]
    Demo(#[from] crate::demo::DemoError),
    #[error("The local AWS endpoint did not answer: {0}.")]
    Reset(#[from] reqwest::Error),
}
