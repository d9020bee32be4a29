//! One factory for sessions, and running them: by value, or bound to buffers that stay put.

use std::{
    borrow::Cow,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ort::{
    memory::MemoryInfo,
    session::{
        IoBinding, RunOptions, Session as OrtSession, SessionInputValue,
        builder::{GraphOptimizationLevel, SessionBuilder},
    },
};

use crate::{Cancel, DeviceId, Error, Result, Runtime, Tensor, TensorSpec, device, error};

/// How a session uses the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOptions {
    /// Threads inside one operator; 0 lets the library take the physical cores.
    pub threads: usize,
    /// Busy-wait between operators without an end, as ONNX Runtime does by itself. Otherwise idle
    /// threads wait busily for [`SPIN`] at most.
    pub spinning: bool,
    /// Plan memory once for repeated runs; only pays where shapes stay the same.
    pub memory_pattern: bool,
    pub device: DeviceId,
}

/// How long an idle thread looks for work before it sleeps: as long as the pauses between the
/// operators of one token. Measured on two cores with a model of 135 M parameters, tokens a second:
/// on an idle machine 86 to 93 without spinning, 102 to 113 so, 112 to 115 without an end; beside
/// two busy programs 57, 56 and 41.
pub const SPIN: Duration = Duration::from_micros(50);

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            threads: 0,
            spinning: false,
            memory_pattern: true,
            device: DeviceId::cpu(),
        }
    }
}

/// A loaded model. Runs need `&mut self`: ONNX Runtime's `Run` is not safe to call twice at once.
#[derive(Debug)]
pub struct Session {
    handle: OrtSession,
    inputs: Vec<TensorSpec>,
    outputs: Vec<TensorSpec>,
    device: DeviceId,
}

impl Session {
    /// Loads the model at `path`; raising `cancel` stops the load.
    ///
    /// # Errors
    /// `ModelMissing`, `ModelUnusable`, `OutOfMemory`, `DeviceUnavailable`, `Cancelled`.
    pub fn open(
        runtime: &Runtime,
        path: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        cancel.check()?;
        if !path.is_file() {
            return Err(Error::ModelMissing {
                path: path.to_owned(),
            });
        }
        let mut builder = builder(runtime, options)?;
        let canceler = builder.canceler();
        let _guard = cancel.on_raise(move || {
            // Failing to cancel only means that the load runs on to its end.
            let _ = canceler.cancel();
        });
        let session = builder.commit_from_file(path).map_err(|error| {
            let reason = error.message().to_owned();
            if cancel.is_raised() {
                Error::Cancelled
            } else if error::is_out_of_memory(&reason) {
                Error::OutOfMemory { reason }
            } else {
                Error::ModelUnusable {
                    path: path.to_owned(),
                    reason,
                }
            }
        })?;
        cancel.check()?;
        Ok(Self {
            inputs: session.inputs().iter().map(TensorSpec::of).collect(),
            outputs: session.outputs().iter().map(TensorSpec::of).collect(),
            handle: session,
            device: options.device.clone(),
        })
    }

    pub fn inputs(&self) -> &[TensorSpec] {
        &self.inputs
    }

    pub fn outputs(&self) -> &[TensorSpec] {
        &self.outputs
    }

    /// The device this session was opened on.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    pub fn input(&self, name: &str) -> Option<&TensorSpec> {
        self.inputs.iter().find(|spec| spec.name == name)
    }

    pub fn output(&self, name: &str) -> Option<&TensorSpec> {
        self.outputs.iter().find(|spec| spec.name == name)
    }

    fn accept(&self, name: &str, tensor: &Tensor) -> Result<()> {
        self.input(name)
            .ok_or_else(|| Error::UnknownName {
                direction: "input",
                name: name.to_owned(),
            })?
            .accept(tensor)
    }

    /// Runs the model once and returns all outputs, newly allocated.
    ///
    /// # Errors
    /// `UnknownName`, `ElementMismatch`, `ShapeMismatch`, `Run`, `OutOfMemory`, `Cancelled`.
    pub fn run(&mut self, inputs: &[(&str, &Tensor)], cancel: &Cancel) -> Result<Outputs> {
        for (name, tensor) in inputs {
            self.accept(name, tensor)?;
        }
        let (options, _guard) = interruptible(cancel)?;
        let values: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = inputs
            .iter()
            .map(|(name, tensor)| ((*name).into(), (&tensor.value).into()))
            .collect();
        let spent = Spent::begin();
        let outputs = self
            .handle
            .run_with_options(values, &*options)
            .map_err(|error| Error::from_run(error.message(), cancel.is_raised()));
        drop(spent);
        let tensors = outputs?
            .into_iter()
            .map(|(name, value)| Ok((name.to_owned(), Tensor::from_value(name, value)?)))
            .collect::<Result<_>>()?;
        Ok(Outputs(tensors))
    }

    /// A set of buffers to run with again and again.
    pub fn bind(&self) -> Result<Binding> {
        let binding = self
            .handle
            .create_binding()
            .map_err(|e| Error::from_run(e.message(), false))?;
        Ok(Binding { binding })
    }

    /// Runs with bound buffers; what `Binding::output` asked for is returned.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run_bound(&mut self, binding: &Binding, cancel: &Cancel) -> Result<Outputs> {
        let (options, _guard) = interruptible(cancel)?;
        let spent = Spent::begin();
        let outputs = self
            .handle
            .run_binding_with_options(&binding.binding, &options)
            .map_err(|error| Error::from_run(error.message(), cancel.is_raised()));
        drop(spent);
        let tensors = outputs?
            .into_iter()
            .map(|(name, value)| Ok((name.to_owned(), Tensor::from_value(name, value)?)))
            .collect::<Result<_>>()?;
        Ok(Outputs(tensors))
    }
}

/// Nanoseconds that this process has spent in runs.
static SPENT: AtomicU64 = AtomicU64::new(0);

/// How long this process has been inside the library's runs so far: what a benchmark subtracts to see
/// what everything around them takes.
pub fn time_in_runs() -> Duration {
    Duration::from_nanos(SPENT.load(Ordering::Relaxed))
}

/// Counts the time until it is dropped.
struct Spent(Instant);

impl Spent {
    fn begin() -> Self {
        Self(Instant::now())
    }
}

impl Drop for Spent {
    fn drop(&mut self) {
        let nanoseconds = u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX);
        SPENT.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

type Interruptible<'a> = (Arc<RunOptions>, crate::cancel::HookGuard<'a>);

/// Run options that `cancel` can terminate. They are sticky once terminated: new ones a run.
fn interruptible(cancel: &Cancel) -> Result<Interruptible<'_>> {
    cancel.check()?;
    let options =
        Arc::new(RunOptions::new().map_err(|error| Error::from_run(error.message(), false))?);
    let hooked = Arc::clone(&options);
    let guard = cancel.on_raise(move || {
        // Failing to terminate only means that this run goes on to its end.
        let _ = hooked.terminate();
    });
    Ok((options, guard))
}

fn builder(runtime: &Runtime, options: &SessionOptions) -> Result<SessionBuilder> {
    // Of the library: -1 is its own measure, a millisecond or more.
    let spin = if options.spinning {
        "-1".to_owned()
    } else {
        SPIN.as_micros().to_string()
    };
    let build = || -> std::result::Result<SessionBuilder, String> {
        // The builder's errors carry the builder and are not Send: only their text goes on.
        OrtSession::builder(runtime.environment())
            .map_err(|error| error.to_string())?
            .with_optimization_level(GraphOptimizationLevel::All)
            .map_err(|error| error.to_string())?
            .with_intra_threads(options.threads)
            .map_err(|error| error.to_string())?
            .with_inter_threads(1)
            .map_err(|error| error.to_string())?
            .with_intra_op_spinning(true)
            .map_err(|error| error.to_string())?
            .with_config_entry("session.intra_op.spin_duration_us", spin)
            .map_err(|error| error.to_string())?
            .with_memory_pattern(options.memory_pattern)
            .map_err(|error| error.to_string())?
            // Errors come back as values; the library must not write to a terminal of its own accord.
            .with_log_level(ort::logging::LogLevel::Fatal)
            .map_err(|error| error.to_string())
    };
    device::select(
        build().map_err(|reason| Error::Run { reason })?,
        &options.device,
    )
}

/// What a run gave, by name, in the model's order.
#[derive(Debug)]
pub struct Outputs(Vec<(String, Tensor)>);

impl Outputs {
    /// # Errors
    /// `UnknownName`.
    pub fn get(&self, name: &str) -> Result<&Tensor> {
        let found = self
            .0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, tensor)| tensor);
        found.ok_or_else(|| Error::UnknownName {
            direction: "output",
            name: name.to_owned(),
        })
    }

    /// Takes an output out, to feed it to the next run without a copy.
    ///
    /// # Errors
    /// `UnknownName`, also when it was taken before.
    pub fn take(&mut self, name: &str) -> Result<Tensor> {
        let at = self.0.iter().position(|(key, _)| key == name);
        let at = at.ok_or_else(|| Error::UnknownName {
            direction: "output",
            name: name.to_owned(),
        })?;
        Ok(self.0.swap_remove(at).1)
    }
}

/// Buffers tied to a session's inputs and outputs.
#[derive(Debug)]
pub struct Binding {
    binding: IoBinding,
}

impl Binding {
    /// Binds `tensor` as the input `name`, replacing what was bound.
    pub fn input(&mut self, name: &str, tensor: &Tensor) -> Result<()> {
        self.binding
            .bind_input(name, &tensor.value)
            .map_err(|e| Error::from_run(e.message(), false))
    }

    /// Asks for the output `name` in memory that the library allocates anew at the next run.
    pub fn output(&mut self, name: &str) -> Result<()> {
        self.binding
            .bind_output_to_device(name, &MemoryInfo::default())
            .map_err(|e| Error::from_run(e.message(), false))
    }

    /// Binds one buffer as the input `past` and the output `present`: the operator appends to it
    /// in place. `tensor` must come from [`Tensor::zeros`].
    pub fn share(&mut self, past: &str, present: &str, tensor: &mut Tensor) -> Result<()> {
        self.input(past, tensor)?;
        self.binding
            .bind_output(present, &mut tensor.value)
            .map_err(|e| Error::from_run(e.message(), false))
    }
}
