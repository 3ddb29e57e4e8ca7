/** `patchwhy demo`: the embedded fleet through the same engine, at the pace of a living one. */
import { fileURLToPath } from 'node:url';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { createJudge } from '../engine/judge.ts';
import { paced } from '../sources/paced.ts';
import { openStored } from '../sources/stored.ts';
import { runId } from '../store/archive.ts';
import { shippedCatalogue } from './catalogue.ts';
import { canBeLive, runScan } from './run.ts';
import { VERSION } from './version.ts';

const FLEET = fileURLToPath(new URL('../../demo/fleet.ndjson', import.meta.url));
/** Few enough that the table can be watched as it grows: about 30 s in all. */
const FORKS = 40;

export interface DemoArguments {
  readonly speed: number;
  readonly json: boolean;
  readonly ascii: boolean;
  readonly color: boolean;
}

export async function demoCommand({ speed, json, ascii, color }: DemoArguments): Promise<ExitCode> {
  if (!(speed > 0))
    throw new PatchwhyError('use', '--speed takes a number above 0', 'for example --speed 4');
  const catalogue = shippedCatalogue();
  const { hosts, source } = await openStored([FLEET]);
  const isLive = !json && canBeLive(process.env);
  const startedAt = new Date();
  const code = await runScan(
    (stop) => ({
      run: {
        id: runId(startedAt),
        source: 'demo',
        startedAt: startedAt.toISOString(),
        threshold: 3,
        tool: { name: 'patchwhy', version: VERSION, catalogue: catalogue.version },
      },
      hosts,
      source: paced(source, speed),
      judge: createJudge(catalogue),
      forks: FORKS,
      stop,
      now: () => new Date().toISOString(),
    }),
    {
      format: isLive ? 'live' : json ? 'json' : 'table',
      title: 'demo fleet',
      isDemo: true,
      isAscii: ascii,
      hasColor: color && !process.env['NO_COLOR'],
      verbose: 0,
      auditTouch: false,
      nextCommand:
        'patchwhy inventory check FILE, then patchwhy scan -i FILE; inventory.example.yaml shows the format',
    },
    [],
  );
  // Its hosts that cannot be reached are part of the story, not a failure of the demo.
  return code === 4 ? 0 : code;
}
