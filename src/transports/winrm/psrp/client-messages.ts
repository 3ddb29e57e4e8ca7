/**
 * The three messages a client must send: what it can do, the pool it wants, the pipeline to run (MS-PSRP 2.2.2.1,
 * 2.2.2.2, 2.2.2.10). Shapes as recorded clients send them; no host of ours: nobody answers a prompt.
 */
import type { NamedCommand } from '../../transport.ts';
import { escapeText } from './clixml.ts';

/** What a pipeline runs: a command by its name, or the text of a script. */
export type PipelineCommand = NamedCommand | { readonly script: string };

/** The newest protocol; servers of PowerShell 3.0 to 7 speak it. */
export const PROTOCOL_VERSION = '2.3';

export const SESSION_CAPABILITY =
  `<Obj RefId="0"><MS><Version N="protocolversion">${PROTOCOL_VERSION}</Version>` +
  '<Version N="PSVersion">2.0</Version><Version N="SerializationVersion">1.1.0.1</Version></MS></Obj>';

const NO_HOST =
  '<B N="_isHostNull">true</B><B N="_isHostUINull">true</B><B N="_isHostRawUINull">true</B><B N="_useRunspaceHost">true</B>';

/** A pool of one runspace. */
export const INIT_RUNSPACE_POOL =
  '<Obj RefId="0"><MS><I32 N="MinRunspaces">1</I32><I32 N="MaxRunspaces">1</I32>' +
  enumeration('PSThreadOptions', 1, typeName(0, 'PSThreadOptions'), ['Default', 0]) +
  enumeration('ApartmentState', 2, typeName(1, 'ApartmentState'), ['UNKNOWN', 2]) +
  `<Obj N="HostInfo" RefId="3"><MS>${NO_HOST}</MS></Obj><Nil N="ApplicationArguments" /></MS></Obj>`;

const LIST =
  '<TN RefId="2"><T>System.Collections.Generic.List`1[[System.Management.Automation.PSObject, System.Management.Automation, Version=1.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]</T><T>System.Object</T></TN>';
const RESULTS = ['MergeMyResult', 'MergeToResult', 'MergePreviousResults'] as const;
const STREAMS = [
  'MergeError',
  'MergeWarning',
  'MergeVerbose',
  'MergeDebug',
  'MergeInformation',
] as const;
/** Objects are numbered in the order they are written. */
const ARGUMENTS = 10;

/** A pipeline of one command that takes no input. */
export function createPipeline(command: PipelineCommand): string {
  const isScript = 'script' in command;
  const parameters = Object.entries(isScript ? {} : command.parameters).map(
    ([name, value], index) =>
      `<Obj RefId="${ARGUMENTS + 1 + index}"><MS><S N="N">${escapeText(name)}</S><S N="V">${escapeText(value)}</S></MS></Obj>`,
  );
  return (
    '<Obj RefId="0"><MS><B N="NoInput">true</B>' +
    enumeration('ApartmentState', 1, typeName(0, 'ApartmentState'), ['UNKNOWN', 2]) +
    enumeration('RemoteStreamOptions', 2, typeName(1, 'RemoteStreamOptions'), [
      'AddInvocationInfo',
      15,
    ]) +
    `<B N="AddToHistory">false</B><Obj N="HostInfo" RefId="3"><MS>${NO_HOST}</MS></Obj>` +
    '<Obj N="PowerShell" RefId="4"><MS><B N="IsNested">false</B><Nil N="ExtraCmds" />' +
    `<Obj N="Cmds" RefId="5">${LIST}<LST><Obj RefId="6"><MS>` +
    `<S N="Cmd">${escapeText(isScript ? command.script : command.name)}</S><B N="IsScript">${isScript}</B>` +
    `<Nil N="UseLocalScope" />${merges(RESULTS, 7)}` +
    `<Obj N="Args" RefId="${ARGUMENTS}"><TNRef RefId="2" /><LST>${parameters.join('')}</LST></Obj>` +
    merges(STREAMS, ARGUMENTS + 1 + parameters.length) +
    '</MS></Obj></LST></Obj><Nil N="History" /><B N="RedirectShellErrorOutputPipe">false</B></MS></Obj>' +
    '<B N="IsNested">false</B></MS></Obj>'
  );
}

/** Streams that go nowhere but their own way. */
function merges(names: readonly string[], firstId: number): string {
  return names
    .map((name, index) => {
      const isFirst = name === RESULTS[0];
      const type = isFirst ? typeName(3, 'PipelineResultTypes') : '<TNRef RefId="3" />';
      return enumeration(name, firstId + index, type, ['None', 0]);
    })
    .join('');
}

function typeName(id: number, type: string): string {
  return `<TN RefId="${id}"><T>System.Management.Automation.Runspaces.${type}</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN>`;
}

function enumeration(
  name: string,
  id: number,
  type: string,
  [word, number]: readonly [string, number],
): string {
  return `<Obj N="${name}" RefId="${id}">${type}<ToString>${word}</ToString><I32>${number}</I32></Obj>`;
}
