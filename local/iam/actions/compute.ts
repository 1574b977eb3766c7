import { on, onAnything, passingRole, text } from '../action-mapping.ts';
import type { Input, Mapping, MappingPlace, ServiceMappings } from '../action-mapping.ts';

/** From a name, an ARN, or a part of one; a qualifier is part of the resource. */
const functionArn = ({ FunctionName, Qualifier }: Input, { region, accountId }: MappingPlace): string => {
  const parts = text(FunctionName).split(':');
  const at = parts.indexOf('function');
  const [name = '', qualifier] = parts.slice(at + 1);
  const version = text(Qualifier) || qualifier;
  return `arn:aws:lambda:${region}:${accountId}:function:${name}${version ? `:${version}` : ''}`;
};

const mappingArn = ({ UUID }: Input, { region, accountId }: MappingPlace): string =>
  `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${text(UUID)}`;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const lambdaActions: ServiceMappings = {
  Invoke: on('lambda:InvokeFunction', functionArn),
  GetFunction: on('lambda:GetFunction', functionArn),
  GetFunctionConfiguration: on('lambda:GetFunctionConfiguration', functionArn),
  ListEventSourceMappings: onAnything('lambda:ListEventSourceMappings'),
  GetEventSourceMapping: on('lambda:GetEventSourceMapping', mappingArn),
  UpdateEventSourceMapping: on('lambda:UpdateEventSourceMapping', mappingArn),
};

const machine = ({ stateMachineArn }: Input): string => text(stateMachineArn);
const execution = ({ executionArn }: Input): string => text(executionArn);

const reporting =
  (action: string): Mapping =>
  () => [{ action, resource: '*', untold: 'which state machine a task token belongs to' }];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
export const statesActions: ServiceMappings = {
  StartExecution: on('states:StartExecution', machine),
  ListExecutions: on('states:ListExecutions', machine),
  DescribeStateMachine: on('states:DescribeStateMachine', machine),
  ListStateMachines: onAnything('states:ListStateMachines'),
  DescribeExecution: on('states:DescribeExecution', execution),
  GetExecutionHistory: on('states:GetExecutionHistory', execution),
  StopExecution: on('states:StopExecution', execution),
  ListMapRuns: on('states:ListMapRuns', execution),
  DescribeMapRun: on('states:DescribeMapRun', ({ mapRunArn }) => text(mapRunArn)),
  SendTaskSuccess: reporting('states:SendTaskSuccess'),
  SendTaskFailure: reporting('states:SendTaskFailure'),
  SendTaskHeartbeat: reporting('states:SendTaskHeartbeat'),
};

const scheduleArn = ({ Name, GroupName }: Input, { region, accountId }: MappingPlace): string =>
  `arn:aws:scheduler:${region}:${accountId}:schedule/${text(GroupName ?? 'default')}/${text(Name)}`;
const groupArn = ({ Name }: Input, { region, accountId }: MappingPlace): string =>
  `arn:aws:scheduler:${region}:${accountId}:schedule-group/${text(Name)}`;

/** A schedule that is written takes its target's role with it. */
const writeSchedule =
  (action: string): Mapping =>
  (input, place) => [
    { action, resource: scheduleArn(input, place) },
    ...passingRole(((input['Target'] ?? {}) as Input)['RoleArn'], 'scheduler.amazonaws.com'),
  ];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html */
export const schedulerActions: ServiceMappings = {
  CreateSchedule: writeSchedule('scheduler:CreateSchedule'),
  UpdateSchedule: writeSchedule('scheduler:UpdateSchedule'),
  GetSchedule: on('scheduler:GetSchedule', scheduleArn),
  DeleteSchedule: on('scheduler:DeleteSchedule', scheduleArn),
  ListSchedules: onAnything('scheduler:ListSchedules'),
  CreateScheduleGroup: on('scheduler:CreateScheduleGroup', groupArn),
  GetScheduleGroup: on('scheduler:GetScheduleGroup', groupArn),
  DeleteScheduleGroup: on('scheduler:DeleteScheduleGroup', groupArn),
  ListScheduleGroups: onAnything('scheduler:ListScheduleGroups'),
};
