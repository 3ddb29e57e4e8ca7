/** WS-Man requests for a PowerShell endpoint (MS-PSRP 3.1.5.3, MS-WSMV 3.1.4.5). Shapes follow recorded clients. */
import {
  IDLE_SECONDS,
  MAX_ENVELOPE_BYTES,
  NS,
  type Envelope,
  type Requests,
  type Selectors,
} from '../envelope.ts';
import { escapeXml } from '../xml-text.ts';
import { PROTOCOL_VERSION } from './client-messages.ts';

const POWERSHELL = 'http://schemas.microsoft.com/powershell';

/** Bytes of fragments that fit a request: base64 makes four of three, and the envelope around them has its share. */
export const MOST_FRAGMENT_BYTES = Math.floor(((MAX_ENVELOPE_BYTES - 4096) / 4) * 3);

/** The URI that a session configuration is asked under. */
export function endpointUri(name: string): string {
  return `${POWERSHELL}/${name}`;
}

/** A shell with a runspace pool in it; `fragments` open that pool. */
export function openPool(requests: Requests, pool: string, fragments: Uint8Array): Envelope {
  return requests.build({
    action: `${NS.transfer}/Create`,
    demands: { protocolversion: PROTOCOL_VERSION },
    options: { WINRS_NOPROFILE: 'TRUE' },
    body: [
      `<rsp:Shell ShellId="${pool}">` +
        '<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>' +
        `<rsp:IdleTimeOut>PT${IDLE_SECONDS}S</rsp:IdleTimeOut>` +
        `<creationXml xmlns="${POWERSHELL}">${base64(fragments)}</creationXml></rsp:Shell>`,
    ],
  });
}

/** Starts a pipeline with the first of its fragments; the others follow by `send`. */
export function startPipeline(
  requests: Requests,
  { shell, pipeline, fragment }: PipelinePart,
): Envelope {
  return requests.build({
    action: `${NS.shell}/Command`,
    shell,
    options: { WINRS_SKIP_CMD_SHELL: 'FALSE' },
    body: [
      `<rsp:CommandLine CommandId="${pipeline}"><rsp:Command/><rsp:Arguments>${base64(fragment)}</rsp:Arguments></rsp:CommandLine>`,
    ],
  });
}

export interface PipelinePart {
  readonly shell: Selectors;
  readonly pipeline: string;
  readonly fragment: Uint8Array;
}

export function send(requests: Requests, { shell, pipeline, fragment }: PipelinePart): Envelope {
  return requests.build({
    action: `${NS.shell}/Send`,
    shell,
    body: [
      `<rsp:Send><rsp:Stream Name="stdin" CommandId="${pipeline}">${base64(fragment)}</rsp:Stream></rsp:Send>`,
    ],
  });
}

/** The next output: of a pipeline, or of the pool. */
export function receive(requests: Requests, shell: Selectors, pipeline?: string): Envelope {
  const of = pipeline === undefined ? '' : ` CommandId="${escapeXml(pipeline)}"`;
  return requests.build({
    action: `${NS.shell}/Receive`,
    shell,
    options: { WSMAN_CMDSHELL_OPTION_KEEPALIVE: 'TRUE' },
    body: [`<rsp:Receive><rsp:DesiredStream${of}>stdout</rsp:DesiredStream></rsp:Receive>`],
  });
}

/** Ends a pipeline, so that the host forgets it. */
export function terminate(requests: Requests, shell: Selectors, pipeline: string): Envelope {
  return requests.build({
    action: `${NS.shell}/Signal`,
    shell,
    body: [
      `<rsp:Signal CommandId="${escapeXml(pipeline)}"><rsp:Code>${NS.shell}/signal/terminate</rsp:Code></rsp:Signal>`,
    ],
  });
}

/** Ends the pool and all that runs in it. */
export function deletePool(requests: Requests, shell: Selectors): Envelope {
  return requests.build({ action: `${NS.transfer}/Delete`, shell, body: [] });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
