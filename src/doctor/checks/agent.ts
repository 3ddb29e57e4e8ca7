import { connect } from 'node:net';
import { once } from 'node:events';
import type { ConsoleFinding } from '../console-report.ts';

const ABOUT = 'SSH agent';
const LIMIT_MS = 2000;
/** Requests and answers of the agent protocol (draft-ietf-sshm-ssh-agent, 3 and 4). */
const REQUEST_IDENTITIES = Buffer.from([0, 0, 0, 1, 11]);
const IDENTITIES_ANSWER = 12;
const HEAD_BYTES = 9;

/** How many keys the agent at this socket holds. */
export async function checkAgent(socketPath: string | undefined): Promise<ConsoleFinding> {
  if (!socketPath)
    return {
      about: ABOUT,
      verdict: 'info',
      text: 'none runs here (SSH_AUTH_SOCK is not set); keys from files work',
    };
  const keys = await countKeys(socketPath);
  if (keys === undefined) {
    const next = 'SSH_AUTH_SOCK points nowhere: start an agent, or log in anew';
    return { about: ABOUT, verdict: 'warning', text: `does not answer at ${socketPath}`, next };
  }
  if (keys === 0)
    return { about: ABOUT, verdict: 'info', text: 'runs and holds no key', next: 'ssh-add' };
  return { about: ABOUT, verdict: 'ok', text: `holds ${keys} key${keys === 1 ? '' : 's'}` };
}

async function countKeys(path: string): Promise<number | undefined> {
  const socket = connect(path);
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    await once(socket, 'connect', { signal });
    socket.write(REQUEST_IDENTITIES);
    let answer = Buffer.alloc(0);
    while (answer.length < HEAD_BYTES) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      answer = Buffer.concat([answer, chunk]);
    }
    return answer[4] === IDENTITIES_ANSWER ? answer.readUInt32BE(5) : undefined;
  } catch {
    return undefined; // nobody there, or nobody who speaks the protocol
  } finally {
    socket.destroy();
  }
}
