# fish completion for certary(1).  The program itself knows what may come next; what it prints is taken as
# text and never evaluated.

function __certary_complete
	set -l before (commandline -opc)
	set -l begun (string unescape -- (commandline -ct))
	command certary --complete fish $before[2..-1] "$begun" 2>/dev/null
end

complete -c certary -f -a '(__certary_complete)'
