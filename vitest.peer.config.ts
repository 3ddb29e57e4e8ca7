import { defineConfig } from 'vitest/config';

/** Tests against programs that others wrote: the WinRM rig (PATCHWHY_RIG), PowerShell (PATCHWHY_PWSH), tmux. */
export default defineConfig({
  test: {
    include: ['test/peer/**/*.peer.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
