// A local cloud as a process of its own, for tests that kill it: `node cloud-process.ts ASSEMBLY STATE`.
import { startLocalCloud } from '../../../local/cloud.ts';

const [assembly = '', state = ''] = process.argv.slice(2);
const cloud = await startLocalCloud({ assembly, port: 0, state });
const { endpoint, region, outputs } = cloud;
process.send?.({ endpoint, region, outputs, credentials: cloud.credentials('operator') });
process.on('disconnect', () => process.exit());
