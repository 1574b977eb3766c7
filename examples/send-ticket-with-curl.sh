#!/bin/sh
# Sends an event to Signalbox with curl alone (7.75 or newer, which signs requests for AWS).
#
#   TICKETS_QUEUE_URL=… AWS_REGION=… AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… sh examples/send-ticket-with-curl.sh examples/ticket.json
#
# Temporary credentials also need AWS_SESSION_TOKEN. AWS_ENDPOINT_URL names the local cloud.
set -eu
event=${1:?name a file with one event, such as examples/ticket.json}
endpoint=${AWS_ENDPOINT_URL:-https://sqs.$AWS_REGION.amazonaws.com}

# The event travels as a text within JSON: its quotes and backslashes are escaped, its line breaks go.
body=$(tr -d '\r\n' <"$event" | sed 's/\\/\\\\/g; s/"/\\"/g')

printf '{"QueueUrl":"%s","MessageBody":"%s"}' "$TICKETS_QUEUE_URL" "$body" |
  curl --silent --show-error --fail-with-body --aws-sigv4 "aws:amz:$AWS_REGION:sqs" \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    ${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"} \
    --header 'content-type: application/x-amz-json-1.0' --header 'x-amz-target: AmazonSQS.SendMessage' \
    --data-binary @- "$endpoint/"
