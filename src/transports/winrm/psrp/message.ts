/** The header of a message: where to, what kind, of which pool and pipeline (MS-PSRP 2.2.1). */
import { badReply } from '../bad-reply.ts';

export const MESSAGE = {
  sessionCapability: 0x00_01_00_02,
  initRunspacePool: 0x00_01_00_04,
  runspacePoolState: 0x00_02_10_05,
  createPipeline: 0x00_02_10_06,
  pipelineOutput: 0x00_04_10_04,
  errorRecord: 0x00_04_10_05,
  pipelineState: 0x00_04_10_06,
} as const;

export interface Message {
  readonly type: number;
  readonly pool: string;
  /** Of the pipeline; zeros where the message concerns the pool. */
  readonly pipeline: string;
  /** CLIXML. */
  readonly text: string;
}

export const NO_PIPELINE = '00000000-0000-0000-0000-000000000000';
const TO_SERVER = 2;
const HEADER_BYTES = 40;
const BOM = '\uFEFF';

export function writeMessage({ type, pool, pipeline, text }: Message): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(TO_SERVER, 0);
  header.writeUInt32LE(type, 4);
  return Buffer.concat([header, guidBytes(pool), guidBytes(pipeline), Buffer.from(text)]);
}

/** A message of the host; where it says it is going is not judged. @throws ContactError BAD_REPLY. */
export function readMessage(bytes: Buffer): Message {
  if (bytes.length < HEADER_BYTES) throw badReply('holds a message without a header');
  const text = bytes.toString('utf8', HEADER_BYTES);
  return {
    type: bytes.readUInt32LE(4),
    pool: guidText(bytes.subarray(8, 24)),
    pipeline: guidText(bytes.subarray(24, 40)),
    text: text.startsWith(BOM) ? text.slice(1) : text,
  };
}

/** Places of the bytes in the text: the first three fields are little-endian (MS-DTYP 2.3.4.2). */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  if (bytes.length !== ORDER.length) throw new TypeError(`"${guid}" is no GUID`);
  return Buffer.from(ORDER.map((from) => bytes[from] ?? 0));
}

function guidText(bytes: Buffer): string {
  const hex = Buffer.from(ORDER.map((from) => bytes[from] ?? 0))
    .toString('hex')
    .toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
