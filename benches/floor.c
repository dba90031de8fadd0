/* The lower bound for a durable save: write a new file, fsync it, rename it, fsync the folder. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char text[1 << 20];
    int in = open("vm.vmx", O_RDONLY), out, folder;
    ssize_t length = read(in, text, sizeof text);
    close(in);
    if (argc < 2 || length < 0)
        return 1;
    out = open(".vm.vmx.new", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (write(out, text, length) != length || write(out, argv[1], 1) != 1 || fsync(out))
        return 1;
    close(out);
    folder = open(".", O_RDONLY);
    return rename(".vm.vmx.new", "vm.vmx") || fsync(folder);
}
