#!/bin/sh
# Sends an event to Signalbox with the AWS command line, and reads what was decided about its ticket.
#
#   TICKETS_QUEUE_URL=… TICKETS_TABLE=… sh examples/send-ticket.sh examples/ticket.json TICKET-1
set -eu
event=${1:?name a file with one event, such as examples/ticket.json}
ticket=${2:?name the ticket in it, its "subject"}

# Only newer command lines read AWS_ENDPOINT_URL, which names the local cloud, for SQS.
aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} sqs send-message --queue-url "$TICKETS_QUEUE_URL" --message-body "file://$event" --query MessageId --output text

for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  decision=$(aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} dynamodb get-item --table-name "$TICKETS_TABLE" --consistent-read \
    --key "{\"pk\":{\"S\":\"ticket#$ticket\"},\"sk\":{\"S\":\"state\"}}" --query 'Item.decision.S' --output text)
  if [ "$decision" != None ]; then
    echo "$decision"
    exit 0
  fi
  sleep 1
done
echo "no decision about $ticket within 20 s; look at the quarantine" >&2
exit 1
