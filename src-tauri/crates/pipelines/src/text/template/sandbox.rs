//! Runs an untrusted Jinja program so that it ends soon and small, whatever it says.
//!
//! `minijinja` counts the instructions that run and the bytes that they make (fuel), and knows no
//! files. That does not hold where an operator looks *inside* lists: `[x] * 1000000000` and a list
//! that holds itself twice, thirty times over, are small until `~` writes them out, `==` compares
//! them or `in` searches for their text. So each such operator, filter, test and function is run
//! through [`super::guard`], which first measures what it is handed; the program's instructions
//! are changed accordingly once they are compiled. Only what is listed there exists.

use std::collections::BTreeMap;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value,
    machinery::{
        CodeGenerator, Instruction, Instructions, Token, eval, make_string_output, parse, tokenize,
    },
    syntax::SyntaxConfig,
};

use super::{guard, limits};

/// The longest templates in use have about 30,000 bytes.
pub(super) const MAX_SOURCE_BYTES: usize = 256 << 10;
/// Words and signs in one `{{ }}` or `{% %}`: the compiler goes down a frame for each in a chain
/// such as `1 + 1 + 1 + …`.
const MAX_TAG_TOKENS: usize = 1000;

/// A program that is known to compile.
#[derive(Debug)]
pub(super) struct Sandbox {
    environment: Environment<'static>,
    syntax: SyntaxConfig,
    source: String,
}

impl Sandbox {
    /// # Errors
    /// What does not parse, or is longer than [`MAX_SOURCE_BYTES`].
    pub(super) fn new(source: &str) -> Result<Self, Error> {
        if source.len() > MAX_SOURCE_BYTES {
            return Err(limits::refused("a template this long"));
        }
        // As Hugging Face's `apply_chat_template` sets its Jinja up.
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?;
        let mut environment = Environment::empty();
        environment.set_fuel(Some(limits::FUEL));
        environment.set_recursion_limit(64);
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        guard::register_builtins(&mut environment)?;
        let sandbox = Self {
            source: prepared(source, &syntax)?,
            environment,
            syntax,
        };
        sandbox.compile()?;
        Ok(sandbox)
    }

    /// The text that the program writes.
    pub(super) fn render(&self, context: Value) -> Result<String, Error> {
        let (instructions, blocks) = self.compile()?;
        let mut text = String::new();
        eval(
            &self.environment,
            &instructions,
            context,
            &blocks,
            &mut make_string_output(&mut text),
            AutoEscape::None,
        )?;
        Ok(text)
    }

    fn compile(&self) -> Result<(Instructions<'_>, Blocks<'_>), Error> {
        let syntax = self.syntax.clone();
        let program = parse(&self.source, NAME, syntax)?;
        let mut generator = CodeGenerator::new(NAME, &self.source);
        generator.compile_stmt(&program);
        let (mut instructions, blocks) = generator.finish();
        guarded(&mut instructions)?;
        Ok((instructions, blocks))
    }
}

const NAME: &str = "chat template";

/// Always empty: the feature for inheritance between templates is off.
type Blocks<'s> = BTreeMap<&'s str, Instructions<'s>>;

/// Puts the guarded filter in the place of each operator that looks inside its operands.
fn guarded(instructions: &mut Instructions<'_>) -> Result<(), Error> {
    // Filters with this id are looked up each time, not kept in one of the few places there are.
    const UNCACHED: u8 = u8::MAX;
    let mut index = 0;
    while let Some(instruction) = instructions.get_mut(index) {
        let (name, operands) = match instruction {
            Instruction::Add => ("a + b", 2),
            Instruction::Mul => ("a * b", 2),
            Instruction::StringConcat => ("a ~ b", 2),
            Instruction::In => ("a in b", 2),
            Instruction::Eq => ("a == b", 2),
            Instruction::Ne => ("a != b", 2),
            Instruction::Lt => ("a < b", 2),
            Instruction::Lte => ("a <= b", 2),
            Instruction::Gt => ("a > b", 2),
            Instruction::Gte => ("a >= b", 2),
            Instruction::Slice => ("a[b:c:d]", 4),
            Instruction::GetItem => (guard::ITEM, 2),
            Instruction::Rem => ("a % b", 2),
            Instruction::BuildList(Some(items)) => (guard::LIST, *items),
            Instruction::BuildTuple(Some(items)) => (guard::TUPLE, *items),
            Instruction::GetAttr(name) if guard::attribute_filter(name).is_some() => {
                (guard::attribute_filter(name).unwrap_or_default(), 1)
            }
            Instruction::BuildMap(pairs) => (guard::MAP, *pairs * 2),
            Instruction::LoadConst(value) => {
                *value = guard::whole(value)?;
                index += 1;
                continue;
            }
            // No template in use has them, and they fit no filter.
            Instruction::CompareAndPreserve(_) => return Err(limits::refused("a < b < c")),
            Instruction::CallMethod("changed", _) => return Err(limits::refused("loop.changed")),
            _ => {
                index += 1;
                continue;
            }
        };
        let operands = u16::try_from(operands).map_err(|_| limits::refused("a list this long"))?;
        *instruction = Instruction::ApplyFilter(name, Some(operands), UNCACHED);
        index += 1;
    }
    Ok(())
}

/// Refuses tags without end; makes blocks that mark the model's part of a conversation, for
/// training, into blocks that only have names of their own; and makes `a * b` into `a * ONE * b`, because the compiler itself
/// computes what is constant, and `[0] * 100000000 ~ ''` is constant.
fn prepared(source: &str, syntax: &SyntaxConfig) -> Result<String, Error> {
    let mut written = String::with_capacity(source.len());
    let (mut copied, mut tag) = (0, 0);
    // A `*` that follows no operand unpacks arguments.
    let (mut after_operand, mut begins_block) = (false, false);
    for token in tokenize(source, false, syntax.clone()) {
        let (token, span) = token?;
        match token {
            Token::TemplateData(_) | Token::BlockStart | Token::VariableStart => tag = 0,
            _ => tag += 1,
        }
        if tag > MAX_TAG_TOKENS {
            return Err(limits::refused("a tag this long"));
        }
        let exchanged = match &token {
            Token::Mul if after_operand => Some(format!("*{} *", guard::ONE)),
            Token::Ident("generation") if begins_block => Some("with".to_owned()),
            Token::Ident("endgeneration") if begins_block => Some("endwith".to_owned()),
            _ => None,
        };
        if let Some(exchanged) = exchanged {
            let upto = source.get(copied..span.start_offset as usize);
            written.push_str(upto.ok_or_else(|| Error::from(ErrorKind::SyntaxError))?);
            written.push_str(&exchanged);
            copied = span.end_offset as usize;
        }
        begins_block = matches!(token, Token::BlockStart);
        after_operand = matches!(
            token,
            Token::Ident(_)
                | Token::Str(_)
                | Token::String(_)
                | Token::Int(_)
                | Token::Int128(_)
                | Token::Float(_)
                | Token::BracketClose
                | Token::ParenClose
                | Token::BraceClose
        );
    }
    written.push_str(&source[copied..]);
    Ok(written)
}
