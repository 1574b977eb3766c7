// Runs a program of this repository under Node 24 after installing what is missing.
// It is started by whatever Node the machine has, so it is plain, old JavaScript without dependencies.
'use strict';

var childProcess = require('child_process');
var crypto = require('crypto');
var fs = require('fs');
var path = require('path');

var root = path.resolve(__dirname, '..');
var NEEDED_MAJOR = Number(/\d+/.exec(JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).engines.node)[0]);
var stampFile = path.join(root, 'node_modules', '.signalbox-installed');
/** Asked at once: whoever it is may be gone before an installation ends. */
var starter = process.ppid;

function fail(sentence) {
  process.stderr.write('signalbox: ' + sentence + '\n');
  process.exit(1);
}

function lockHash() {
  return crypto
    .createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function installedHash() {
  try {
    return fs.readFileSync(stampFile, 'utf8');
  } catch (ignored) {
    return '';
  }
}

function nodeMajor(binary) {
  var asked = childProcess.spawnSync(binary, ['--version'], { encoding: 'utf8' });
  var match = asked.status === 0 ? /^v(\d+)\./.exec(asked.stdout) : null;
  return match ? Number(match[1]) : 0;
}

/** npm as it started us, else the one on PATH. npm itself keeps running on the machine's own Node: `npm ci` deletes ours. */
function npmCommand() {
  var cli = process.env.npm_execpath;
  if (cli && /\.c?js$/.test(cli)) return { file: process.env.npm_node_execpath || process.execPath, args: [cli] };
  return { file: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

function install(wanted) {
  var npm = npmCommand();
  process.stderr.write('signalbox: installing dependencies with npm (once; about a minute) …\n');
  var started = Date.now();
  // NODE_ENV=production or a setting of the user's would leave out the CDK, esbuild and Node itself.
  var args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-fund', '--no-audit'];
  var done = childProcess.spawnSync(npm.file, npm.args.concat(args), {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // Its install script would fetch GPU libraries that nothing here uses.
    env: Object.assign({}, process.env, { ONNXRUNTIME_NODE_INSTALL: 'skip' }),
  });
  if (done.error) fail('npm could not be started (' + done.error.message + '); install npm 8 or newer and try again.');
  if (done.status !== 0) fail('`npm ci` failed (see above); check the connection to the npm registry and try again.');
  fs.writeFileSync(stampFile, wanted);
  process.stderr.write('signalbox: installed in ' + Math.round((Date.now() - started) / 1000) + ' s\n');
}

function findNode() {
  var own = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (fs.existsSync(own) && nodeMajor(own) === NEEDED_MAJOR) return own;
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
  return '';
}

function run(node, args) {
  var env = Object.assign({}, process.env);
  // The ONNX runtime reports its use to its maker unless told not to; worker threads need it in the process' own environment.
  env.ORT_DISABLE_TELEMETRY = '1';
  env.PATH = [path.join(root, 'node_modules', '.bin'), path.dirname(node), env.PATH || ''].join(path.delimiter);
  var child = childProcess.spawn(node, ['--disable-warning=ExperimentalWarning'].concat(args), {
    cwd: root,
    stdio: 'inherit',
    env: env,
  });
  // Ctrl-C reaches the whole foreground group by itself; a signal sent to this process alone is passed on.
  process.on('SIGINT', function () {});
  ['SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  // npm passes SIGTERM to its shell and no further, and a kill passes nothing: who has lost its starter ends as well.
  setInterval(function () {
    if (process.ppid !== starter) child.kill('SIGTERM');
  }, 1000).unref();
  child.on('error', function (error) {
    fail('could not start ' + node + ': ' + error.message);
  });
  child.on('exit', function (code, signal) {
    process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : code);
  });
}

var args = process.argv.slice(2);
if (args.length === 0) fail('usage: node scripts/with-node-24.cjs PROGRAM [arguments]');
var wanted = lockHash();
if (installedHash() !== wanted) install(wanted);
var node = findNode();
if (!node) {
  fail(
    'Node ' +
      NEEDED_MAJOR +
      ' or newer is needed, this is ' +
      process.version +
      ', and the npm package "node" brought none (was it installed with --ignore-scripts, or is there no binary for ' +
      process.platform +
      '-' +
      process.arch +
      '?). Install Node ' +
      NEEDED_MAJOR +
      ' from nodejs.org and try again.',
  );
}
run(node, args);
