/**
 * WS-Man requests, and those for the WinRS shell (MS-WSMV 3.1.4.5). The shapes follow recordings of real clients and hosts.
 */
import { randomUUID } from 'node:crypto';
import type { TextParts } from './text-parts.ts';
import { escapeXml } from './xml-text.ts';

export const NS = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  microsoft: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  shell: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  fault: 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault',
  wmiError: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError',
} as const;

/** The longest the host may hold one request, in seconds; well under the 60 s that hosts clamp it to. */
export const OPERATION_SECONDS = 20;
/** The least MaxEnvelopeSizekb of any Windows; announcing more than the host's own is a fault. */
export const MAX_ENVELOPE_BYTES = 150 * 1024;
/** A shell that we fail to delete ends by itself after so long; 180 s is allowed on every Windows. */
export const IDLE_SECONDS = 180;

/** A request, and the id its reply must relate to. */
export interface Envelope {
  readonly id: string;
  readonly xml: TextParts;
}

/** What names a shell, as its host gave it: usually one pair, `ShellId`. */
export type Selectors = readonly (readonly [name: string, value: string])[];

/** Escaping 50 kB for each host of a run would cost more than all else in the request. */
const environments = new WeakMap<Readonly<Record<string, string>>, Uint8Array>();

function environment(variables: Readonly<Record<string, string>>): Uint8Array {
  const known = environments.get(variables);
  if (known !== undefined) return known;
  const text = Object.entries(variables)
    .map(
      ([name, value]) =>
        `<rsp:Variable Name="${escapeXml(name)}">${escapeXml(value)}</rsp:Variable>`,
    )
    .join('');
  const bytes = Buffer.from(text);
  environments.set(variables, bytes);
  return bytes;
}

/** Builds the requests of one conversation with one host. */
export class Envelopes {
  readonly #requests: Requests;

  /** @param url where the requests go. */
  constructor(url: string) {
    this.#requests = new Requests(url, `${NS.shell}/cmd`);
  }

  /** The same conversation with another resource of the host. */
  requestsTo(resource: string): Requests {
    return this.#requests.to(resource);
  }

  /** Opens a shell whose environment holds the variables. Without `codePage` the host's OEM code page stays. */
  create(variables: Readonly<Record<string, string>>, codePage?: number): Envelope {
    return this.#requests.build({
      action: `${NS.transfer}/Create`,
      options: {
        WINRS_NOPROFILE: 'TRUE',
        ...(codePage !== undefined && { WINRS_CODEPAGE: String(codePage) }),
      },
      body: [
        '<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:Environment>',
        environment(variables),
        `</rsp:Environment><rsp:IdleTimeOut>PT${IDLE_SECONDS}S</rsp:IdleTimeOut></rsp:Shell>`,
      ],
    });
  }

  /** Runs a command line by cmd; the id is ours, so that a host can tell a repeated request. */
  command(shell: Selectors, commandId: string, commandLine: string): Envelope {
    return this.#requests.build({
      action: `${NS.shell}/Command`,
      shell,
      options: { WINRS_CONSOLEMODE_STDIN: 'TRUE', WINRS_SKIP_CMD_SHELL: 'FALSE' },
      body: [
        `<rsp:CommandLine CommandId="${escapeXml(commandId)}">` +
          `<rsp:Command>${escapeXml(commandLine)}</rsp:Command></rsp:CommandLine>`,
      ],
    });
  }

  receive(shell: Selectors, commandId: string): Envelope {
    return this.#requests.build({
      action: `${NS.shell}/Receive`,
      shell,
      options: { WSMAN_CMDSHELL_OPTION_KEEPALIVE: 'TRUE' },
      body: [
        `<rsp:Receive><rsp:DesiredStream CommandId="${escapeXml(commandId)}">stdout stderr</rsp:DesiredStream></rsp:Receive>`,
      ],
    });
  }

  /** Ends the shell and all that runs in it. */
  delete(shell: Selectors): Envelope {
    return this.#requests.build({ action: `${NS.transfer}/Delete`, shell, body: [] });
  }
}

/** Requests to one resource of one host: what all of them have in common. */
export class Requests {
  readonly #url: string;
  readonly #session: string;
  readonly #start: string;

  /** @param resource URI of what is asked. */
  constructor(url: string, resource: string, session: string = newId()) {
    this.#url = url;
    this.#session = session;
    this.#start =
      `${START}<w:ResourceURI s:mustUnderstand="true">${escapeXml(resource)}</w:ResourceURI>` +
      `<a:To>${escapeXml(url)}</a:To>`;
  }

  to(resource: string): Requests {
    return new Requests(this.#url, resource, this.#session);
  }

  build(parts: Parts): Envelope {
    const id = newId();
    const head =
      this.#start +
      `<a:Action s:mustUnderstand="true">${parts.action}</a:Action><a:MessageID>${id}</a:MessageID>` +
      `<p:SessionId s:mustUnderstand="false">${this.#session}</p:SessionId>` +
      optionSet(parts) +
      selectorSet(parts.shell) +
      '</s:Header><s:Body>';
    return { id, xml: [head, ...parts.body, '</s:Body></s:Envelope>'] };
  }
}

interface Parts {
  readonly action: string;
  readonly body: TextParts;
  readonly shell?: Selectors;
  readonly options?: Readonly<Record<string, string>>;
  /** Options without which the host must rather refuse. */
  readonly demands?: Readonly<Record<string, string>>;
}

const START =
  `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}"` +
  ` xmlns:p="${NS.microsoft}" xmlns:rsp="${NS.shell}"><s:Header>` +
  `<a:ReplyTo><a:Address s:mustUnderstand="true">${NS.addressing}/role/anonymous</a:Address></a:ReplyTo>` +
  `<w:MaxEnvelopeSize s:mustUnderstand="true">${MAX_ENVELOPE_BYTES}</w:MaxEnvelopeSize>` +
  `<w:OperationTimeout>PT${OPERATION_SECONDS}S</w:OperationTimeout>` +
  '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>';

function optionSet({ options = {}, demands = {} }: Parts): string {
  const items = [
    ...Object.entries(demands).map(
      ([name, value]) => `<w:Option Name="${name}" MustComply="true">${value}</w:Option>`,
    ),
    ...Object.entries(options).map(
      ([name, value]) => `<w:Option Name="${name}">${value}</w:Option>`,
    ),
  ];
  if (items.length === 0) return '';
  return `<w:OptionSet s:mustUnderstand="true">${items.join('')}</w:OptionSet>`;
}

function selectorSet(shell: Parts['shell']): string {
  if (shell === undefined) return '';
  const items = shell.map(
    ([name, value]) => `<w:Selector Name="${escapeXml(name)}">${escapeXml(value)}</w:Selector>`,
  );
  return `<w:SelectorSet>${items.join('')}</w:SelectorSet>`;
}

function newId(): string {
  return `uuid:${randomUUID().toUpperCase()}`;
}
